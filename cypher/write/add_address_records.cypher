// New address records with their first version. Not merged: the same transaction read that there is none.
// access: write
// param $rows: list of map, as for person records, lookup and areas
// param $load: string, id of the load
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string
// column nodes: list of string, ids of the nodes within this transaction
UNWIND $rows AS row
CREATE (record:AddressRecord {
  id: row.id, agency: row.agency, feed: row.feed, reference: row.reference, content: row.content,
  version: row.version, versions: row.versions, pending: $tick, recorded_from: $at, recorded_to: $forever,
  shield_said: row.shielded, shielded: row.shielded})
SET record += row.lookup
CREATE (record)-[:VERSION]->(version:RecordVersion {
  id: row.version, content: row.content, sealed: row.sealed, key_version: row.key_version, load: $load,
  shielded: row.shielded, recorded_from: $at, recorded_to: $forever})
SET version += row.areas
RETURN collect(record.id) AS ids, collect(elementId(record)) AS nodes
