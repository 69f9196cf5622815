// People: shielded while a present record of theirs is to be, or lives at a shielded address. Their records follow.
// access: write
// param $people: list of string
// param $at: date-time, of this transaction
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, person records whose shield changed
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [], records: [], people: $people})
}
UNWIND $people AS id
MATCH (person:Person {id: id})
USING INDEX SEEK person:Person(id)
WHERE person.recorded_to = $forever
WITH DISTINCT person
WITH person, EXISTS {
  MATCH (person)<-[resolves:RESOLVES_TO]-(said:PersonRecord)
  WHERE resolves.recorded_to = $forever
    AND (coalesce(said.shield_decided, said.shield_said, false) OR EXISTS {
      MATCH (said)-[stay:LIVES_AT]->(home:AddressRecord)
      WHERE stay.recorded_to = $forever AND (stay.valid_to > $at OR stay.lapsed) AND home.shielded
    })
} AS shielded
SET person.shielded = CASE WHEN shielded THEN true END
WITH person, shielded
MATCH (person)<-[resolves:RESOLVES_TO]-(record:PersonRecord)
WHERE resolves.recorded_to = $forever AND coalesce(record.shielded, false) <> shielded
SET record.shielded = CASE WHEN shielded THEN true END
RETURN collect(record.id) AS records
