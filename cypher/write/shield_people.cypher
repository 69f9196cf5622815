// People: shielded while a present record of theirs is to be, or lives at a shielded address. Their records follow; so
// do those that are nobody's any more and were theirs last, or those of ids that ended in favour of theirs: what they
// said is still counted at cut-offs before they were withdrawn.
// access: write
// param $people: list of string
// param $at: date-time, of this transaction
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, person records whose shield changed
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [], records: [], around: $people})
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
WITH collect(person) AS people
CALL (people) {
  UNWIND people AS person
  MATCH (person)<-[resolves:RESOLVES_TO]-(record:PersonRecord)
  WHERE resolves.recorded_to = $forever AND coalesce(record.shielded, false) <> coalesce(person.shielded, false)
  SET record.shielded = person.shielded
  RETURN collect(record.id) AS present
}
CALL (people) {
  UNWIND people AS person
  MATCH (person)<-[:SUPERSEDED_BY*0..]-(:Person)<-[last:RESOLVES_TO]-(record:PersonRecord)
  WHERE record.recorded_to < $forever AND last.recorded_to < $forever
    AND NOT EXISTS { MATCH (record)-[later:RESOLVES_TO]->() WHERE later.recorded_to > last.recorded_to }
  WITH DISTINCT record
  // After a split there are several whose it would be: one who is shielded is enough.
  WITH record, coalesce(record.shield_decided, record.shield_said, false) OR EXISTS {
    MATCH (record)-[last:RESOLVES_TO]->(:Person)-[:SUPERSEDED_BY*0..]->(heir:Person)
    WHERE heir.shielded AND NOT EXISTS { (heir)-[:SUPERSEDED_BY]->() }
      AND NOT EXISTS { MATCH (record)-[later:RESOLVES_TO]->() WHERE later.recorded_to > last.recorded_to }
  } AS shielded
  // Who lived at a refuge when the record was withdrawn is not shown for being nobody's.
  WHERE coalesce(record.shielded, false) <> shielded
    AND (shielded OR NOT EXISTS { MATCH (record)-[:LIVES_AT]->(home:AddressRecord) WHERE home.shielded })
  SET record.shielded = CASE WHEN shielded THEN true END
  RETURN collect(record.id) AS withdrawn
}
RETURN present + withdrawn AS records
