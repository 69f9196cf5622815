// Records that were erased and are to stay out when their agency sends them again; by keyed hash of their ids.
// access: write
// param $ids: list of string, keyed hashes
// param $by: string, who erased them
// param $purge: string, id of the purge
// param $at: date-time, when this is recorded
UNWIND $ids AS id
MERGE (stone:Tombstone {id: id})
SET stone.at = $at, stone.by = $by, stone.purge = $purge, stone.lifted_at = null, stone.lifted_by = null
