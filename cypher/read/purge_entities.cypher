// Every person and address that some records are, or ever were.
// access: read
// param $persons: list of string, ids of person records
// param $addresses: list of string, ids of address records
// column entities: list of string
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})-[:RESOLVES_TO]->(entity:Person)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN entity.id AS entity
UNION
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})-[:RESOLVES_TO]->(entity:Address)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN entity.id AS entity
}
RETURN collect(DISTINCT entity) AS entities
