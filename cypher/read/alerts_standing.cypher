// Alerts about some people, households and addresses, or that rest on some contacts, with everybody they are about now.
// access: read
// param $entities: list of string
// param $versions: list of string, of contacts
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column rule: string, its version
// column retracted: boolean
// column about: list of string, whoever it is about now, also those who are no more
CALL () {
  UNWIND $entities AS id
  MATCH (entity:Person {id: id})<-[:ABOUT]-(alert:Alert)
  USING INDEX SEEK entity:Person(id)
  RETURN alert
UNION
  UNWIND $entities AS id
  MATCH (entity:Household {id: id})<-[:ABOUT]-(alert:Alert)
  USING INDEX SEEK entity:Household(id)
  RETURN alert
UNION
  UNWIND $entities AS id
  MATCH (entity:Address {id: id})<-[:ABOUT]-(alert:Alert)
  USING INDEX SEEK entity:Address(id)
  RETURN alert
UNION
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})-[:GROUNDS]->(alert:Alert)
  USING INDEX SEEK contact:Contact(version)
  RETURN alert
}
WITH DISTINCT alert
RETURN alert.id AS id, alert.rule AS rule, alert.retracted_at IS NOT NULL AS retracted,
  [(alert)-[about:ABOUT]->(entity) WHERE about.recorded_to = $forever | entity.id] AS about
