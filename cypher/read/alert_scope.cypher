// Whom alerts have to be worked out for: who is or was touched by some contacts, whose some records are or were, and
// some people, with those who came after them; and the homes that alerts on their contacts are about. Ended ones are
// among them, for alerts may still be about them.
// access: read
// param $versions: list of string, of contacts
// param $records: list of string, of people or addresses
// param $people: list of string
// column entities: list of string, people and addresses
CALL () {
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})<--(record:PersonRecord|AddressRecord)
  USING INDEX SEEK contact:Contact(version)
  RETURN record
UNION
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  RETURN record
UNION
  UNWIND $records AS id
  MATCH (record:AddressRecord {id: id})
  USING INDEX SEEK record:AddressRecord(id)
  RETURN record
UNION
  UNWIND $people AS id
  MATCH (record:PersonRecord)-[:RESOLVES_TO]->(:Person {id: id})
  RETURN record
}
WITH DISTINCT record
CALL (record) {
  MATCH (record)-[:RESOLVES_TO]->(entity:Person|Address)
  RETURN entity
UNION
  MATCH (record)-->(:Contact)-[:GROUNDS]->(:Alert)-[:ABOUT]->(entity:Address)
  RETURN entity
UNION
  MATCH (record)-->(:Contact)-[:GROUNDS]->(:Alert)-[:ABOUT]->(:Household)-[:HOUSEHOLD_AT]->(entity:Address)
  RETURN entity
}
RETURN collect(DISTINCT entity.id) AS entities
