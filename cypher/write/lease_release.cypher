// Give the writer's lease back, if it is still ours.
// access: write
// param $epoch: integer, the epoch we acquired
MATCH (lease:Lease {id: 'writer'})
SET lease.locked_at = datetime.realtime()
WITH lease
WHERE lease.epoch = $epoch
SET lease.expires_at = datetime.realtime(), lease.holder = null
