// Where some person records were said to live, as `read.known_stays` has it: of some records, of those that were ever
// some people's, or of ids that ended in favour of theirs, and whoever was said to live at some address records. Nobody and nothing shielded.
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
  MATCH (person:Person {id: id})<-[:SUPERSEDED_BY*0..]-(:Person)<-[:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK person:Person(id)
  RETURN record
}
WITH collect(record) AS looked
CALL () {
  UNWIND $addresses AS id
  MATCH (place:AddressRecord {id: id})
  USING INDEX SEEK place:AddressRecord(id)
  RETURN collect(place) AS there
}
CALL (looked, there) {
  UNWIND looked + there AS one
  MATCH (one)-[stay:LIVES_AT]-()
  WITH startNode(stay) AS record, stay, endNode(stay) AS place
  // part: stay_columns
}
RETURN [record IN looked | record.id] AS looked, records, places, starts, ends, seen, inferred, lapsed, recorded_from,
  recorded_to
