// The review queue of people: pairs that came into it or moved in it, and those that left it.
// access: write
// param $rows: list of map, left, right, value (null: no longer to be reviewed)
UNWIND $rows AS row
MATCH (left:PersonRecord {id: row.left})-[evidence:EVIDENCE]->(right:PersonRecord {id: row.right})
USING INDEX SEEK left:PersonRecord(id)
SET evidence.review = row.value
