// One page of the marks that stand or stood, by id, and the records that each lies on; for whoever answers for them.
// access: read
// param $first: integer, entries a page, and one more to know whether there is a next one
// param $after: string, id of the last one of the page before, or ''
// param $target: string, id of a person or record that they lie on, or '' for all
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column kind: string
// column data_class: string
// column everywhere: boolean
// column by: string
// column at: date-time
// column reason: bytes, sealed for the id
// column lifted_at: optional date-time
// column lifted_by: optional string
// column lifted_reason: optional bytes, sealed for the id
// column records: list of string
// column people: list of string, whoever the records are now
MATCH (mark:Mark)
WHERE mark.id > $after AND ($target = '' OR EXISTS {
  MATCH (mark)-[:MARKS]->(record)
  WHERE record.id = $target OR EXISTS { MATCH (record)-[t:RESOLVES_TO]->(:Person {id: $target}) WHERE t.recorded_to = $forever }
})
WITH mark ORDER BY mark.id LIMIT $first
RETURN mark.id AS id, mark.kind AS kind, mark.data_class AS data_class, coalesce(mark.everywhere, false) AS everywhere,
       mark.by AS by, mark.at AS at, mark.reason AS reason, mark.lifted_at AS lifted_at, mark.lifted_by AS lifted_by,
       mark.lifted_reason AS lifted_reason,
       COLLECT { MATCH (mark)-[:MARKS]->(record) RETURN record.id ORDER BY record.id } AS records,
       COLLECT {
         MATCH (mark)-[:MARKS]->()-[t:RESOLVES_TO]->(person:Person) WHERE t.recorded_to = $forever
         RETURN DISTINCT person.id AS person ORDER BY person
       } AS people
ORDER BY id
