// Be the only writer for just this transaction, when nobody holds the lease: it is free again when it ends.
// access: write
// column acquired: boolean
// column tick: integer, number of this transaction, ever rising
// column free_in_ms: integer, until the lease, or the pause, of the one who holds it expires
MERGE (lease:Lease {id: 'writer'})
ON CREATE SET lease.epoch = 0, lease.tick = 0, lease.expires_at = datetime.realtime()
// Writing takes the node's lock until the end; a new epoch shuts out a holder whose lease had expired.
SET lease.locked_at = datetime.realtime()
WITH lease, CASE WHEN lease.paused_until > lease.expires_at THEN lease.paused_until ELSE lease.expires_at END AS until
WITH lease, until, until <= datetime.realtime() AS free
FOREACH (ours IN CASE WHEN free THEN [lease] ELSE [] END |
  SET ours.epoch = ours.epoch + 1, ours.tick = ours.tick + 1)
RETURN free AS acquired, lease.tick AS tick,
       duration.inSeconds(datetime.realtime(), until).seconds * 1000 AS free_in_ms
