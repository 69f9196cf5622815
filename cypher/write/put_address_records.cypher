// Changed and returned address records: the node, and a new current version of it. What kind of place the record calls
// it is known as of then too: where that changes it keeps what it said, and until when.
// access: write
// param $rows: list of map, as for person records, lookup (null for a token that is gone) and areas
// param $load: string, id of the load
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record) WHERE elementId(record) = row.node
WITH row, record, record.communal IS NOT NULL AS was
SET record.feed = row.feed, record.reference = row.reference, record.content = row.content,
    record.version = row.version, record.versions = row.versions, record.pending = $tick,
    record.recorded_from = CASE WHEN row.returned THEN $at ELSE record.recorded_from END,
    record.recorded_to = $forever, record.shield_said = row.shielded
SET record += row.lookup
FOREACH (_ IN CASE WHEN was <> (record.communal IS NOT NULL) THEN [1] ELSE [] END |
  SET record.communal_then = coalesce(record.communal_then, []) + was,
      record.communal_then_to = coalesce(record.communal_then_to, []) + $at)
CREATE (record)-[:VERSION]->(version:RecordVersion {
  id: row.version, content: row.content, sealed: row.sealed, key_version: row.key_version, load: $load,
  shielded: row.shielded, recorded_from: $at, recorded_to: $forever})
SET version += row.areas
