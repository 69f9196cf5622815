// Let writers go on, and say whether they were held back until now.
// access: write
// param $id: string, of this pause
// column held: boolean
// column tick: integer, number of the last write transaction
MATCH (lease:Lease {id: 'writer'})
SET lease.locked_at = datetime.realtime()
WITH lease, coalesce(lease.paused_by = $id AND lease.paused_until > datetime.realtime(), false) AS held
FOREACH (ours IN CASE WHEN lease.paused_by = $id THEN [lease] ELSE [] END |
  REMOVE ours.paused_by, ours.paused_until)
RETURN held, lease.tick AS tick
