// What was stated on person records about who is related to them, and no longer is.
// access: write
// param $rows: list of map, person, to, kind, feed, agreement
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record:PersonRecord {id: row.person})-[said:RELATED]->(other)
USING INDEX SEEK record:PersonRecord(id)
WHERE other.id = row.to AND said.kind = row.kind AND said.feed = row.feed AND said.agreement = row.agreement
  AND said.recorded_to = $forever
SET said.recorded_to = $at
