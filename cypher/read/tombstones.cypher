// Keyed hashes of the records that are to stay out.
// access: read
// column ids: list of string
MATCH (stone:Tombstone) WHERE stone.lifted_at IS NULL
RETURN collect(stone.id) AS ids
