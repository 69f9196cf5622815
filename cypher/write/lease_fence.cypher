// Pass only while the lease is still ours and nobody pauses the writers: locks, renews and counts it.
// access: write
// param $epoch: integer, the epoch we acquired
// param $ttl_ms: integer, how long the lease holds without renewal
// column held: boolean
// column paused: boolean, a copy is being read: nothing may be written before it is done
// column tick: integer, number of this transaction, ever rising
MERGE (lease:Lease {id: 'writer'})
SET lease.locked_at = datetime.realtime()
WITH lease, coalesce(lease.epoch = $epoch, false) AS held,
     coalesce(lease.paused_until > datetime.realtime(), false) AS paused
FOREACH (ours IN CASE WHEN held THEN [lease] ELSE [] END |
  SET ours.tick = ours.tick + CASE WHEN paused THEN 0 ELSE 1 END,
      ours.expires_at = datetime.realtime() + duration({milliseconds: $ttl_ms}))
RETURN held, paused, coalesce(lease.tick, 0) AS tick
