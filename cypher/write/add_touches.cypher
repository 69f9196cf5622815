// Further records that a contact touched, by the load that made its version: a file may say so in several rows.
// access: write
// param $rows: list of map, version, type, node, role
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: datetime({epochMillis: 0}), versions: [row IN $rows | row.version], records: [], around: []})
}
UNWIND $rows AS row
MATCH (contact:Contact {version: row.version})
USING INDEX SEEK contact:Contact(version)
MATCH (record) WHERE elementId(record) = row.node
CREATE (record)-[:$(row.type) {role: row.role}]->(contact)
