// Whose some records are and were, as `read.known_person_entities` and `read.known_address_entities` have it: of some
// records, and of those that were ever some people's, or of ids that ended in favour of theirs. Nobody and nothing shielded.
// access: read
// param $persons: list of string, person records
// param $addresses: list of string, address records
// param $people: list of string
// column looked: list of string, person records that were looked at
// column records: list of string
// column entities: list of string
// column recorded_from: list of integer, milliseconds since 1970
// column recorded_to: list of integer
// column communal: list of boolean, an address record that called it a hostel, a prison ... in that time
// column objected: list of boolean, the record is marked so
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  RETURN record
UNION
  UNWIND $people AS id
  MATCH (person:Person {id: id})<-[:SUPERSEDED_BY*0..]-(:Person)<-[:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK person:Person(id)
  RETURN record
}
WITH collect(record) AS persons
CALL () {
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})
  USING INDEX SEEK record:AddressRecord(id)
  RETURN collect(record) AS places
}
CALL (persons, places) {
  UNWIND persons + places AS record
  MATCH (record)-[resolves:RESOLVES_TO]->(entity:Person|Address)
  // part: entity_columns
  RETURN collect(record.id) AS records, collect(entity.id) AS entities, collect(since.epochMillis) AS recorded_from,
    collect(to.epochMillis) AS recorded_to, collect(communal) AS communal,
    collect(coalesce(record.objected, false)) AS objected
}
RETURN [record IN persons | record.id] AS looked, records, entities, recorded_from, recorded_to,
  communal, objected
