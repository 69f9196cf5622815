// A mark on every present record of a person, or on one record: a legal hold, a restriction, an objection to research,
// or that the accuracy of what is said is contested. Never deleted but with the last record that it lies on.
// access: write
// param $target: string, id of a person or of a record
// param $id: string, of the mark
// param $kind: string, hold, restriction, objection or contested
// param $data_class: string, what a hold keeps; '*' for everything
// param $by: string, id of who decided
// param $reason: bytes, sealed for $id
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, none when there is no such person or record
CALL () {
  MATCH (person:Person {id: $target})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
  WHERE person.recorded_to = $forever AND resolves.recorded_to = $forever
  RETURN record
UNION
  MATCH (record:PersonRecord {id: $target})
  RETURN record
}
MERGE (mark:Mark {id: $id})
ON CREATE SET mark.kind = $kind, mark.data_class = $data_class, mark.by = $by, mark.reason = $reason, mark.at = $at
MERGE (mark)-[:MARKS]->(record)
RETURN collect(record.id) AS records
