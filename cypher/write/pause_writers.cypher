// No write transaction is begun until this pause ends or runs out; those under way end before it begins.
// access: write
// param $id: string, of this pause
// param $ttl_ms: integer, how long it holds without renewal
// column paused: boolean, false while another pause holds
// column tick: integer, number of the last write transaction
MERGE (lease:Lease {id: 'writer'})
ON CREATE SET lease.epoch = 0, lease.tick = 0, lease.expires_at = datetime.realtime()
// Every write locks this node first: whoever holds it commits before we get it.
SET lease.locked_at = datetime.realtime()
WITH lease, coalesce(lease.paused_by = $id OR lease.paused_until <= datetime.realtime(), true) AS free
FOREACH (ours IN CASE WHEN free THEN [lease] ELSE [] END |
  SET ours.paused_by = $id, ours.paused_until = datetime.realtime() + duration({milliseconds: $ttl_ms}))
RETURN free AS paused, lease.tick AS tick
