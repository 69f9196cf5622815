// Versions of records that are no longer the current ones.
// access: write
// param $records: list of string, ids of the nodes of their records within this transaction
// param $at: date-time, when this is recorded
UNWIND $records AS node
MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE elementId(record) = node AND version.id = record.version
SET version.recorded_to = $at
