// Which of some person records, and of some people, are shielded now: what a change of them may change.
// access: read
// param $records: list of string
// param $entities: list of string, of people
// column records: list of string
// column entities: list of string
CALL () {
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  WHERE record.shielded
  RETURN collect(record.id) AS records
}
CALL () {
  UNWIND $entities AS id
  MATCH (person:Person {id: id})
  USING INDEX SEEK person:Person(id)
  WHERE person.shielded
  RETURN collect(person.id) AS entities
}
RETURN records, entities
