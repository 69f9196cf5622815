// Who some person records belong to.
// access: read
// param $records: list of string
// param $forever: date-time, the end of an interval that has not ended
// column person: string
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})-[resolves:RESOLVES_TO]->(person:Person)
USING INDEX SEEK record:PersonRecord(id)
WHERE resolves.recorded_to = $forever
RETURN DISTINCT person.id AS person
