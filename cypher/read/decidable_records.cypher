// Which of some records are there, and may be decided about.
// access: read
// param $records: list of string, of people or of addresses
// param $shielded_too: boolean
// column record: string
UNWIND $records AS id
CALL (id) {
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  RETURN record
UNION
  MATCH (record:AddressRecord {id: id})
  USING INDEX SEEK record:AddressRecord(id)
  RETURN record
}
WITH record WHERE $shielded_too OR record.shielded IS NULL
RETURN record.id AS record
