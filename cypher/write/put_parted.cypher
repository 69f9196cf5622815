// Pairs of person records that only decisions about purged records held together: somebody is to look at them.
// access: write
// param $rows: list of map, left (the smaller id), right
// param $value: integer, their place in the review queue
// param $at: date-time, when this is recorded
UNWIND $rows AS row
MATCH (left:PersonRecord {id: row.left})
USING INDEX SEEK left:PersonRecord(id)
MATCH (right:PersonRecord {id: row.right})
USING INDEX SEEK right:PersonRecord(id)
MERGE (left)-[parted:PARTED]->(right)
SET parted.review = $value, parted.at = $at
