// Hold a pause of the writers for longer, if it has not run out.
// access: write
// param $id: string, of this pause
// param $ttl_ms: integer, how long it holds without renewal
// column held: boolean
MATCH (lease:Lease {id: 'writer'})
SET lease.locked_at = datetime.realtime()
WITH lease, coalesce(lease.paused_by = $id AND lease.paused_until > datetime.realtime(), false) AS held
FOREACH (ours IN CASE WHEN held THEN [lease] ELSE [] END |
  SET ours.paused_until = datetime.realtime() + duration({milliseconds: $ttl_ms}))
RETURN held
