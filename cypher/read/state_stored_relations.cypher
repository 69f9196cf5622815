// What some person records are believed to state about who is related to them: one row of lists side by side.
// access: read
// param $persons: list of string, ids of person records
// param $forever: date-time, the end of an interval that has not ended
// column person: list of string
// column to: list of string, ids of records that may not be there
// column kind: list of string
// column feed: list of string
// column agreement: list of string
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})-[said:RELATED]->(other:RelatedId)
USING INDEX SEEK record:PersonRecord(id)
WHERE said.recorded_to = $forever
RETURN collect(record.id) AS person, collect(other.id) AS to, collect(said.kind) AS kind,
       collect(said.feed) AS feed, collect(said.agreement) AS agreement
