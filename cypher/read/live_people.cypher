// Who stands for some ids of people now: each itself while it is in use, else all its successors.
// access: read
// param $ids: list of string
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column entities: list of string, none when all records were withdrawn
UNWIND $ids AS id
MATCH (named:Person {id: id})
// One in use that is shielded is passed over here, before any way on is looked for.
WHERE named.shielded IS NULL OR named.recorded_to < $forever
MATCH (named)-[:SUPERSEDED_BY*0..32]->(person:Person)
WHERE NOT EXISTS { (person)-[:SUPERSEDED_BY]->() } AND person.shielded IS NULL
WITH id, person ORDER BY person.id
RETURN id, collect(DISTINCT CASE WHEN person.recorded_to = $forever THEN person.id END) AS entities
