// Evidence between person records that no longer holds.
// access: write
// param $rows: list of map, left, right
UNWIND $rows AS row
MATCH (left:PersonRecord {id: row.left})-[evidence:EVIDENCE]->(right:PersonRecord {id: row.right})
USING INDEX SEEK left:PersonRecord(id)
DELETE evidence
