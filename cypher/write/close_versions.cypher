// Versions of records that are no longer the current ones.
// access: write
// param $versions: list of string, ids of versions
// param $at: date-time, when this is recorded
UNWIND $versions AS id
MATCH (version:RecordVersion {id: id})
SET version.recorded_to = $at
