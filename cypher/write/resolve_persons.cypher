// What the resolver decided about person records, whole: who they are, with history, and the evidence. Lists may be
// empty. What is settled is resolved as of that version; one that changed again meanwhile stays pending. One
// statement, for each costs whoever waits a way there and back and the server a start.
// access: write
// param $records: list of string, every record that is settled, assigned or unassigned
// param $created: list of string, new ids of people
// param $unassigned: list of string, records that belong to nothing any more: they were retracted
// param $withdrawn: list of string, those of $unassigned whose decisions about shields pass to whom they were one with
// param $assigned: list of map, record, entity: now, or for the first time
// param $superseded: list of map, old, successors, cause
// param $dropped: list of map, left, right: evidence that no longer holds
// param $ends: list of string, ids that left and right count in: each is looked up once, however many edges it has
// param $left: list of integer, place in $ends of the smaller id, one for each edge of evidence
// param $right: list of integer
// param $weights: list of integer
// param $decisions: list of string
// param $model_version: string
// param $review: list of map, left, right, value in the review queue (null: no longer in it); of one person: in doubt
// param $settled: list of map, record, version (null when retracted), pending
// param $tick: integer, number of this transaction
// param $changed: list of string, records that those who keep people in memory have to read again
// param $kept_from: integer, notes for them of earlier transactions are removed
// param $entities: list of string, people that records are assigned to, and those that are no more
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column before: list of string, people the records belonged to
// column records: list of string, those of $records that are shielded
// column entities: list of string, those of `before` and $entities that are shielded
// column restricted: list of string, records of people of `before` and $entities one of whose is restricted
CALL () {
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  OPTIONAL MATCH (record)-[resolves:RESOLVES_TO]->(entity:Person)
  WHERE resolves.recorded_to = $forever
  RETURN collect(DISTINCT entity.id) AS before,
         collect(DISTINCT CASE WHEN record.shielded THEN record.id END) AS records
}
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [], records: $records, around: []})
}
CALL () {
  UNWIND $created AS id
  MERGE (entity:Person {id: id})
  ON CREATE SET entity.recorded_from = $at, entity.recorded_to = $forever
}
CALL () {
  UNWIND $unassigned AS id
  MATCH (record:PersonRecord {id: id})-[resolves:RESOLVES_TO]->(:Person)
  USING INDEX SEEK record:PersonRecord(id)
  WHERE resolves.recorded_to = $forever
  SET resolves.recorded_to = $at
}
CALL () {
  UNWIND $assigned AS row
  MATCH (record:PersonRecord {id: row.record})
  USING INDEX SEEK record:PersonRecord(id)
  MATCH (entity:Person {id: row.entity})
  USING INDEX SEEK entity:Person(id)
  OPTIONAL MATCH (record)-[old:RESOLVES_TO]->(former:Person)
  WHERE old.recorded_to = $forever
  WITH record, entity, old, coalesce(former = entity, false) AS same
  FOREACH (closed IN CASE WHEN same THEN [] ELSE [old] END | SET closed.recorded_to = $at)
  FOREACH (moved IN CASE WHEN same THEN [] ELSE [record] END |
    CREATE (moved)-[:RESOLVES_TO {recorded_from: $at, recorded_to: $forever}]->(entity))
}
CALL () {
  UNWIND $superseded AS row
  MATCH (old:Person {id: row.old})
  USING INDEX SEEK old:Person(id)
  SET old.recorded_to = $at
  WITH old, row
  UNWIND row.successors AS successor
  MATCH (new:Person {id: successor})
  USING INDEX SEEK new:Person(id)
  MERGE (old)-[lineage:SUPERSEDED_BY]->(new)
  ON CREATE SET lineage.at = $at, lineage.cause = row.cause
}
CALL () {
  // A decision to shield outlives the record that it lies on: it passes to all that were one with it until now,
  // whosever they are from now on, and counts more than what was decided of those before they were.
  UNWIND $withdrawn AS id
  MATCH (gone:PersonRecord {id: id})-[was:RESOLVES_TO]->(entity:Person)
  USING INDEX SEEK gone:PersonRecord(id)
  WHERE was.recorded_to = $at AND gone.shield_decided
  MATCH (gone)<-[stands:SHIELDS]-(shield:Shield)
  WHERE stands.revoked_at IS NULL
  MATCH (entity)<-[one:RESOLVES_TO]-(left:PersonRecord)
  WHERE one.recorded_to IN [$at, $forever] AND NOT left.id IN $withdrawn AND NOT coalesce(left.shield_decided, false)
  WITH DISTINCT shield, left
  OPTIONAL MATCH (left)<-[former:SHIELDS]-(:Shield)
  WHERE former.revoked_at IS NULL
  SET former.revoked_at = $at, former.revoked_in = shield.id
  WITH DISTINCT shield, left
  CREATE (shield)-[:SHIELDS]->(left)
  SET left.shield_decided = true
}
CALL () {
  // So does a restriction.
  UNWIND $withdrawn AS id
  MATCH (gone:PersonRecord {id: id})-[was:RESOLVES_TO]->(entity:Person)
  USING INDEX SEEK gone:PersonRecord(id)
  WHERE was.recorded_to = $at AND gone.restricted
  MATCH (gone)<-[:MARKS]-(mark:Mark)
  WHERE mark.lifted_at IS NULL AND mark.kind = 'restriction'
  MATCH (entity)<-[one:RESOLVES_TO]-(left:PersonRecord)
  WHERE one.recorded_to IN [$at, $forever] AND NOT left.id IN $withdrawn
  MERGE (mark)-[:MARKS]->(left)
}
CALL () {
  UNWIND $dropped AS row
  MATCH (left:PersonRecord {id: row.left})-[evidence:EVIDENCE]->(right:PersonRecord {id: row.right})
  USING INDEX SEEK left:PersonRecord(id)
  DELETE evidence
}
CALL () {
  UNWIND $ends AS id
  OPTIONAL MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  WITH collect([record]) AS ends
  UNWIND range(0, size($left) - 1) AS edge
  WITH edge, ends[$left[edge]][0] AS left, ends[$right[edge]][0] AS right
  WHERE left IS NOT NULL AND right IS NOT NULL
  MERGE (left)-[evidence:EVIDENCE]->(right)
  SET evidence.w_millibits = $weights[edge], evidence.decision = $decisions[edge],
      evidence.model_version = $model_version
}
CALL () {
  UNWIND $review AS row
  MATCH (left:PersonRecord {id: row.left})-[evidence:EVIDENCE]->(right:PersonRecord {id: row.right})
  USING INDEX SEEK left:PersonRecord(id)
  SET evidence.review = row.value
}
CALL () {
  UNWIND $settled AS row
  MATCH (record:PersonRecord {id: row.record})
  USING INDEX SEEK record:PersonRecord(id)
  SET record.resolved = row.version,
      record.pending = CASE WHEN record.pending = row.pending THEN null ELSE record.pending END
}
CALL () {
  CREATE (:Change {tick: $tick, kind: 'person', records: $changed, everything: false})
  WITH $kept_from AS kept_from
  MATCH (old:Change)
  USING INDEX SEEK old:Change(tick)
  WHERE old.tick < kept_from
  DELETE old
}
CALL (before) {
  UNWIND before + $entities AS id
  MATCH (person:Person {id: id})
  USING INDEX SEEK person:Person(id)
  WHERE person.shielded
  RETURN collect(DISTINCT person.id) AS entities
}
CALL (before) {
  // Only while somebody is restricted at all, so that nobody else waits for it.
  MATCH (mark:Mark) WHERE mark.lifted_at IS NULL AND mark.kind = 'restriction'
  WITH before, count(mark) AS marks WHERE marks > 0
  UNWIND before + $entities AS id
  MATCH (person:Person {id: id})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK person:Person(id)
  WHERE resolves.recorded_to IN [$at, $forever]
  WITH person, collect(record) AS one
  WHERE any(record IN one WHERE record.restricted)
  UNWIND one AS record
  RETURN collect(DISTINCT record.id) AS restricted
}
RETURN before, records, entities, restricted
