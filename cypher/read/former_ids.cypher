// Every id under which what some ids stand for was known before, these among them: who looked at somebody is noted under the id of the day.
// access: read
// param $ids: list of string, ids of people, addresses or households
// column ids: list of string
UNWIND $ids AS id
CALL (id) {
  MATCH (now:Person {id: id})<-[:SUPERSEDED_BY*0..32]-(former)
  USING INDEX SEEK now:Person(id)
  RETURN former.id AS found
  UNION
  MATCH (now:Address {id: id})<-[:SUPERSEDED_BY*0..32]-(former)
  USING INDEX SEEK now:Address(id)
  RETURN former.id AS found
  UNION
  MATCH (now:Household {id: id})<-[:SUPERSEDED_BY*0..32]-(former)
  USING INDEX SEEK now:Household(id)
  RETURN former.id AS found
}
WITH DISTINCT found ORDER BY found
RETURN collect(found) AS ids
