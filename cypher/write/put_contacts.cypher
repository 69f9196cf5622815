// New versions of contacts, with a typed edge from each record that the contact touched.
// access: write
// param $rows: list of map, type, at and closed_at as text, properties, touches (record, role)
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column touched: integer, edges made
UNWIND $rows AS row
CREATE (contact:Contact)
SET contact = row.properties
SET contact.at = datetime(row.at), contact.closed_at = datetime(row.closed_at),
    contact.recorded_from = $at, contact.recorded_to = $forever
WITH contact, row
UNWIND row.touches AS touch
CALL (touch) {
  MATCH (record:PersonRecord {id: touch.record})
  RETURN record
UNION ALL
  MATCH (record:AddressRecord {id: touch.record})
  RETURN record
}
CREATE (record)-[:$(row.type) {role: touch.role}]->(contact)
RETURN count(*) AS touched
