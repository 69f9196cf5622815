// Which of some address records, and of some addresses, are shielded now or part of what is.
// access: read
// param $records: list of string
// param $entities: list of string, of addresses
// column records: list of string
// column entities: list of string
CALL () {
  UNWIND $records AS id
  MATCH (record:AddressRecord {id: id})
  USING INDEX SEEK record:AddressRecord(id)
  WHERE record.shielded
  RETURN collect(record.id) AS records
}
CALL () {
  UNWIND $entities AS id
  MATCH (address:Address {id: id})
  USING INDEX SEEK address:Address(id)
  WHERE address.shielded OR EXISTS { MATCH (address)-[:PART_OF]->(building:Address) WHERE building.shielded }
  RETURN collect(address.id) AS entities
}
RETURN records, entities
