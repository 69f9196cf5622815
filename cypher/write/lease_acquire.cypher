// Take the writer's lease when it is free or has expired; a new epoch shuts the old holder out.
// access: write
// param $holder: string, who asks, for a person reading the graph
// param $ttl_ms: integer, how long the lease holds without renewal
// column acquired: boolean
// column epoch: integer
// column free_in_ms: integer, until it expires
MERGE (lease:Lease {id: 'writer'})
ON CREATE SET lease.epoch = 0, lease.tick = 0, lease.expires_at = datetime.realtime()
// Writing takes the node's lock: what is read after it cannot be changed by another before we commit.
SET lease.locked_at = datetime.realtime()
WITH lease, lease.expires_at <= datetime.realtime() AS free
FOREACH (taken IN CASE WHEN free THEN [lease] ELSE [] END |
  SET taken.epoch = taken.epoch + 1, taken.holder = $holder,
      taken.expires_at = datetime.realtime() + duration({milliseconds: $ttl_ms}))
RETURN free AS acquired, lease.epoch AS epoch,
       duration.inSeconds(datetime.realtime(), lease.expires_at).seconds * 1000 AS free_in_ms
