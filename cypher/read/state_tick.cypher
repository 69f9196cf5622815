// The number of the last write transaction: it differs exactly when somebody wrote.
// access: read
// column tick: integer
MATCH (lease:Lease {id: 'writer'})
RETURN lease.tick AS tick
