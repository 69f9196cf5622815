// Further records that a stored contact touched: a file may say so in several rows.
// access: write
// param $rows: list of map, version, type, node, role
UNWIND $rows AS row
MATCH (contact:Contact {version: row.version})
USING INDEX SEEK contact:Contact(version)
MATCH (record) WHERE elementId(record) = row.node
CREATE (record)-[:$(row.type) {role: row.role}]->(contact)
