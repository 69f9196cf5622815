// Erased records that may be loaded again.
// access: write
// param $ids: list of string, keyed hashes
// param $by: string
// param $at: date-time, when this is recorded
// column lifted: integer
UNWIND $ids AS id
MATCH (stone:Tombstone {id: id})
USING INDEX SEEK stone:Tombstone(id)
WHERE stone.lifted_at IS NULL
SET stone.lifted_at = $at, stone.lifted_by = $by
RETURN count(*) AS lifted
