// Changed and returned person records: the node, and a new current version of it.
// access: write
// param $rows: list of map, as for new ones, and node (its id within this transaction) and returned
// param $load: string, id of the load
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record) WHERE elementId(record) = row.node
SET record.feed = row.feed, record.reference = row.reference, record.content = row.content,
    record.version = row.version, record.versions = row.versions, record.pending = $tick,
    record.recorded_from = CASE WHEN row.returned THEN $at ELSE record.recorded_from END,
    record.recorded_to = $forever, record.shield_said = row.shielded
CREATE (record)-[:VERSION]->(:RecordVersion {
  id: row.version, content: row.content, sealed: row.sealed, key_version: row.key_version, load: $load,
  shielded: row.shielded, recorded_from: $at, recorded_to: $forever})
