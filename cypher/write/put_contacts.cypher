// New versions of contacts, with a typed edge from each record that the contact touched.
// Nodes by their id within the transaction, for the index was asked once already.
// access: write
// param $rows: list of map, the properties (moments as text) and touches: node and role
// param $load: string, id of the load: only it may add touches to these versions
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [row IN $rows | row.version], records: [], around: []})
}
UNWIND $rows AS row
CREATE (contact:Contact {
  id: row.id, version: row.version, content: row.content, agency: row.agency, feed: row.feed,
  agreement: row.agreement, type: row.type, at: datetime(row.at), closed_at: datetime(row.closed_at),
  status: row.status, category: row.category, severity: row.severity, team: row.team,
  data_class: row.data_class, reference: row.reference, load: $load, recorded_from: $at, recorded_to: $forever})
WITH contact, row
UNWIND row.touches AS touch
MATCH (record) WHERE elementId(record) = touch.node
CREATE (record)-[:$(row.type) {role: touch.role}]->(contact)
