// People and addresses that no record is or ever was any more: their ids lead nowhere.
// access: write
// param $entities: list of string, those that may be such
// column entities: integer
CALL () {
  UNWIND $entities AS id
  MATCH (entity:Person {id: id})
  USING INDEX SEEK entity:Person(id)
  RETURN entity
UNION
  UNWIND $entities AS id
  MATCH (entity:Address {id: id})
  USING INDEX SEEK entity:Address(id)
  RETURN entity
}
WITH entity WHERE NOT EXISTS { (entity)<-[:RESOLVES_TO]-() }
DETACH DELETE entity
RETURN count(*) AS entities
