// Acts of shielding and of rights that lie on no record any more, ids of relatives that nobody names, and pairs that
// were to be looked at because they were parted and are one person.
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
RETURN shields + marks + relatives + parted AS acts
