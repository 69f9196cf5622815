// Further records that a stored contact touched: a file may say so in several rows.
// access: write
// param $rows: list of map, version, type, record, role
// column touched: integer, edges made
UNWIND $rows AS row
MATCH (contact:Contact {version: row.version})
CALL (row) {
  MATCH (record:PersonRecord {id: row.record})
  RETURN record
UNION ALL
  MATCH (record:AddressRecord {id: row.record})
  RETURN record
}
CREATE (record)-[:$(row.type) {role: row.role}]->(contact)
RETURN count(*) AS touched
