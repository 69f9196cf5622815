// New person records with their first version. Not merged: the same transaction read that there is none.
// access: write
// param $rows: list of map, id, agency, feed, reference, content, version, versions, sealed, key_version, shielded
// param $load: string, id of the load
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string
// column nodes: list of string, ids of the nodes within this transaction
UNWIND $rows AS row
CREATE (record:PersonRecord {
  id: row.id, agency: row.agency, feed: row.feed, reference: row.reference, content: row.content,
  version: row.version, versions: row.versions, pending: $tick, recorded_from: $at, recorded_to: $forever,
  shield_said: row.shielded, shielded: row.shielded})
CREATE (record)-[:VERSION]->(:RecordVersion {
  id: row.version, content: row.content, sealed: row.sealed, key_version: row.key_version, load: $load,
  shielded: row.shielded, recorded_from: $at, recorded_to: $forever})
RETURN collect(record.id) AS ids, collect(elementId(record)) AS nodes
