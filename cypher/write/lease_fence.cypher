// Pass only while the lease is still ours: locks it until the transaction ends, renews and counts it.
// access: write
// param $epoch: integer, the epoch we acquired
// param $ttl_ms: integer, how long the lease holds without renewal
// column held: boolean
// column tick: integer, number of this transaction, ever rising
MERGE (lease:Lease {id: 'writer'})
SET lease.locked_at = datetime.realtime()
WITH lease, coalesce(lease.epoch = $epoch, false) AS held
FOREACH (ours IN CASE WHEN held THEN [lease] ELSE [] END |
  SET ours.tick = ours.tick + 1,
      ours.expires_at = datetime.realtime() + duration({milliseconds: $ttl_ms}))
RETURN held, coalesce(lease.tick, 0) AS tick
