// Where some person records were said to live, as `read.known_stays` has it: of some records, of those that were ever
// some people's, and whoever was said to live at some address records. Nobody and nothing shielded.
// access: read
// param $persons: list of string, person records
// param $addresses: list of string, address records
// param $people: list of string
// column looked: list of string, person records that were looked at
// column records: list of string
// column places: list of string, address records
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
// column seen: list of integer, for when it was said last, as known in that time
// column inferred: list of boolean, a sighting
// column lapsed: list of boolean, its feed states it no longer
// column recorded_from: list of integer
// column recorded_to: list of integer
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  RETURN record
UNION
  UNWIND $people AS id
  MATCH (person:Person {id: id})<-[:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK person:Person(id)
  RETURN record
}
WITH collect(record) AS looked
CALL (looked) {
  CALL (looked) {
    UNWIND looked AS record
    MATCH (record)-[stay:LIVES_AT]->(place:AddressRecord)
    RETURN record, stay, place
  UNION
    UNWIND $addresses AS id
    MATCH (place:AddressRecord {id: id})<-[stay:LIVES_AT]-(record:PersonRecord)
    USING INDEX SEEK place:AddressRecord(id)
    RETURN record, stay, place
  }
  // part: stay_columns
}
RETURN [record IN looked | record.id] AS looked, records, places, starts, ends, seen, inferred, lapsed, recorded_from,
  recorded_to
