// Erased records that may be loaded again.
// access: write
// param $ids: list of string, keyed hashes
// param $by: string
// param $at: date-time, when this is recorded
// column lifted: list of string, those that had stayed out
UNWIND $ids AS id
MATCH (stone:Tombstone {id: id})
USING INDEX SEEK stone:Tombstone(id)
WHERE stone.lifted_at IS NULL
SET stone.lifted_at = $at, stone.lifted_by = $by
RETURN collect(id) AS lifted
