// Versions of contacts that were changed, as `read.known_contacts` has them: those of some numbers, and of some records.
// access: read
// param $versions: list of string
// param $records: list of string, of people or addresses
// column looked: list of string, versions that there are, shielded ones too
// column versions: list of string, side by side with what follows
// column ids: list of string
// column types: list of string
// column agencies: list of string
// column data_classes: list of string
// column agreements: list of string, '' for none
// column severities: list of integer
// column categories: list of string, '' for none
// column teams: list of string, '' for none
// column at: list of integer
// column closed_at: list of integer, -1 for none
// column open: list of boolean
// column recorded_from: list of integer
// column recorded_to: list of integer
// column touches: list of list of string, record and role by turns
CALL () {
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})
  USING INDEX SEEK contact:Contact(version)
  RETURN contact
UNION
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN contact
UNION
  UNWIND $records AS id
  MATCH (record:AddressRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN contact
}
WITH collect(contact) AS all
WITH [contact IN all | contact.version] AS looked, [contact IN all WHERE contact.shielded IS NULL] AS page
RETURN looked,
// part: contact_columns
// part: contact_records
