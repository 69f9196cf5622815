// Evidence between person records, from the smaller id to the larger. Each record is looked up once,
// however many edges it has; lists side by side, for maps cost more to send than what is in them.
// access: write
// param $records: list of string, the ids that left and right count in
// param $left: list of integer, place in $records, one for each edge
// param $right: list of integer
// param $weights: list of integer
// param $decisions: list of string
// param $model_version: string
UNWIND $records AS id
OPTIONAL MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
WITH collect([record]) AS records
UNWIND range(0, size($left) - 1) AS edge
WITH edge, records[$left[edge]][0] AS left, records[$right[edge]][0] AS right
WHERE left IS NOT NULL AND right IS NOT NULL
MERGE (left)-[evidence:EVIDENCE]->(right)
SET evidence.w_millibits = $weights[edge], evidence.decision = $decisions[edge],
    evidence.model_version = $model_version
