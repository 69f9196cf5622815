// Evidence between person records, from the smaller id to the larger.
// access: write
// param $rows: list of map, left, right, weight, decision
// param $model_version: string
UNWIND $rows AS row
MATCH (left:PersonRecord {id: row.left})
MATCH (right:PersonRecord {id: row.right})
MERGE (left)-[evidence:EVIDENCE]->(right)
SET evidence.w_millibits = row.weight, evidence.decision = row.decision,
    evidence.model_version = $model_version
