// Alerts about a person, for the person: those that stand, and those that were taken back while they were about them.
// access: read
// param $person: string
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column rule: string, its version
// column at: date-time, when it was raised
// column acknowledged_at: date-time, or nothing
// column retracted_at: date-time, or nothing
// column grounds: list of string, ids of the contacts that it rests on
// column acts: list of map, {at, disposition}, what people said of it, the first first
MATCH (person:Person {id: $person})<-[about:ABOUT]-(alert:Alert)
USING INDEX SEEK person:Person(id)
WHERE about.recorded_to = $forever OR about.recorded_to = alert.retracted_at
WITH DISTINCT alert
RETURN alert.id AS id, alert.rule AS rule, alert.at AS at, alert.acknowledged_at AS acknowledged_at,
  alert.retracted_at AS retracted_at,
  COLLECT { MATCH (alert)<-[:GROUNDS]-(contact:Contact) RETURN DISTINCT contact.id } AS grounds,
  COLLECT {
    MATCH (alert)<-[:OF_ALERT]-(act:AlertAct) WITH act ORDER BY act.at, act.id
    RETURN {at: act.at, disposition: act.disposition}
  } AS acts
ORDER BY at, id
