// Every alert with whom it is about now: to check them.
// access: read
// column present: integer, contacts that it rests on as they are believed now
// column id: string
// column rule: string
// column retracted: boolean
// column about: list of string
MATCH (alert:Alert)
RETURN COUNT { (alert)<-[:GROUNDS]-(contact:Contact) WHERE contact.recorded_to.year = 9999 } AS present,
  alert.id AS id, alert.rule AS rule, alert.retracted_at IS NOT NULL AS retracted,
  [(alert)-[about:ABOUT]->(entity) WHERE about.recorded_to.year = 9999 | entity.id] AS about
