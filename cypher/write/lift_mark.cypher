// A mark is lifted. It stays readable, with who lifted it and why.
// access: write
// param $id: string, of the mark
// param $by: string, id of who lifts it
// param $reason: bytes, sealed for $id
// param $at: date-time, when this is recorded
// column found: integer, 0 when no such mark stands
// column records: list of string, that it lay on
MATCH (mark:Mark {id: $id})
WHERE mark.lifted_at IS NULL
SET mark.lifted_at = $at, mark.lifted_by = $by, mark.lifted_reason = $reason
WITH mark
OPTIONAL MATCH (mark)-[:MARKS]->(record)
RETURN count(DISTINCT mark) AS found, collect(record.id) AS records
