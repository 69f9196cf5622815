// Person records, and all that are one with them: restricted while a restriction stands on any of them. It lies on
// records, as shields do, and holds of what the person's other records say, and of what comes later.
// access: write
// param $records: list of string, ids of person records
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, of those that are restricted now and were not, or the other way round
UNWIND $records AS id
MATCH (said:PersonRecord {id: id})
USING INDEX SEEK said:PersonRecord(id)
OPTIONAL MATCH (said)-[ours:RESOLVES_TO]->(:Person)<-[theirs:RESOLVES_TO]-(other:PersonRecord)
WHERE ours.recorded_to = $forever AND theirs.recorded_to = $forever
WITH said, collect(other) AS others
WITH said + others AS one
WITH one, any(each IN one WHERE EXISTS {
  MATCH (mark:Mark)-[:MARKS]->(each) WHERE mark.lifted_at IS NULL AND mark.kind = 'restriction'
}) AS restricted
UNWIND one AS record
WITH DISTINCT record, restricted
WHERE coalesce(record.restricted, false) <> restricted
SET record.restricted = CASE WHEN restricted THEN true END
RETURN collect(record.id) AS records
