// What the marks that stand say of some person records: reads look at the records only. Restrictions: see `restrict`.
// access: write
// param $records: list of string
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
WITH record, COLLECT {
  MATCH (mark:Mark)-[:MARKS]->(record) WHERE mark.lifted_at IS NULL AND mark.kind = 'hold'
  RETURN DISTINCT mark.data_class AS held ORDER BY held
} AS held, COLLECT {
  MATCH (mark:Mark)-[:MARKS]->(record) WHERE mark.lifted_at IS NULL RETURN DISTINCT mark.kind
} AS kinds
SET record.held = CASE WHEN size(held) > 0 THEN held END,
    record.objected = CASE WHEN 'objection' IN kinds THEN true END,
    record.contested = CASE WHEN 'contested' IN kinds THEN true END
