// Acts of shielding and of rights that lie on no record any more, ids of relatives that nobody names, and pairs that
// were to be looked at because they were parted and are one person. Of alerts: acts of what is gone, alerts that are
// about nobody, and ids in notes of what is no more.
// access: write
// param $forever: date-time, the end of an interval that has not ended
// column acts: integer
CALL () {
  MATCH (act:Shield) WHERE NOT EXISTS { (act)-[:SHIELDS]->() } DELETE act RETURN count(*) AS shields
}
CALL () {
  MATCH (act:Mark) WHERE act.everywhere IS NULL AND NOT EXISTS { (act)-[:MARKS]->() } DELETE act RETURN count(*) AS marks
}
CALL () {
  MATCH (named:RelatedId) WHERE NOT EXISTS { (named)<-[:RELATED]-() } DELETE named RETURN count(*) AS relatives
}
CALL () {
  MATCH (left:PersonRecord)-[parted:PARTED]->(right:PersonRecord)
  WHERE parted.review > 0 AND EXISTS {
    MATCH (left)-[one:RESOLVES_TO]->(:Person)<-[other:RESOLVES_TO]-(right)
    WHERE one.recorded_to = $forever AND other.recorded_to = $forever
  }
  DELETE parted
  RETURN count(*) AS parted
}
CALL () {
  MATCH (alert:Alert) WHERE NOT EXISTS { (alert)-[:ABOUT]->() } OR NOT EXISTS { (alert)<-[:GROUNDS]-() }
  DETACH DELETE alert
  RETURN count(*) AS alerts
}
CALL () {
  MATCH (act:AlertAct) WHERE NOT EXISTS { (act)-[:OF_ALERT]->() } DELETE act RETURN count(*) AS alert_acts
}
CALL () {
  MATCH (due:AlertDue)
  SET due.versions = [version IN due.versions WHERE EXISTS { MATCH (:Contact {version: version}) }],
    due.records = [id IN due.records
      WHERE EXISTS { MATCH (:PersonRecord {id: id}) } OR EXISTS { MATCH (:AddressRecord {id: id}) }],
    due.around = [id IN due.around
      WHERE EXISTS { MATCH (:Person {id: id}) } OR EXISTS { MATCH (:Address {id: id}) }]
}
RETURN alerts + alert_acts + shields + marks + relatives + parted AS acts
