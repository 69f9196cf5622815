// Which agencies keep some records: who is told, by the audit log, that an answer held something of theirs.
// access: read
// param $records: list of string, of people or of addresses; what is not there is passed over
// column agencies: list of string, in their order
UNWIND $records AS id
CALL (id) {
  MATCH (record:PersonRecord {id: id})
  RETURN record.agency AS agency
  UNION
  MATCH (record:AddressRecord {id: id})
  RETURN record.agency AS agency
}
WITH DISTINCT agency ORDER BY agency
RETURN collect(agency) AS agencies
