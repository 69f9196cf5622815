// What is newly stated on person records about who is related to them. The other record need not be there.
// access: write
// param $rows: list of map, person, to, kind, feed, agreement
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
// column stored: integer
UNWIND $rows AS row
MATCH (record:PersonRecord {id: row.person})
USING INDEX SEEK record:PersonRecord(id)
MERGE (other:RelatedId {id: row.to})
CREATE (record)-[:RELATED {
  kind: row.kind, feed: row.feed, agreement: row.agreement, recorded_from: $at, recorded_to: $forever}]->(other)
RETURN count(*) AS stored
