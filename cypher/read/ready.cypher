// Whether the database answers at all.
// access: read
// column ready: boolean
RETURN true AS ready
