// Around whom alerts have to be worked out: some people with those who came after them, and the homes that alerts on
// their contacts are about. Ended ones are among them, for alerts may still be about them.
// access: read
// param $people: list of string
// column entities: list of string, people, households and addresses
UNWIND $people AS id
MATCH (person:Person {id: id})<-[:RESOLVES_TO]-(record:PersonRecord)
USING INDEX SEEK person:Person(id)
WITH DISTINCT record
CALL (record) {
  MATCH (record)-[:RESOLVES_TO]->(entity:Person)
  RETURN entity
UNION
  MATCH (record)-->(:Contact)-[:GROUNDS]->(:Alert)-[:ABOUT]->(entity:Address|Household)
  RETURN entity
UNION
  MATCH (record)-->(:Contact)-[:GROUNDS]->(:Alert)-[:ABOUT]->(:Household)-[:HOUSEHOLD_AT]->(entity:Address)
  RETURN entity
}
RETURN collect(DISTINCT entity.id) AS entities
