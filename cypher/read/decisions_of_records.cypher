// Steward decisions that stand between some person records and any other, oldest first.
// access: read
// param $records: list of string
// column id: string, of the decision
// column left: string
// column right: string
// column kind: string, must or cannot
// column by: string, id of the steward
// column reason: bytes, sealed for the id
// column at: date-time
UNWIND $records AS record
MATCH (:PersonRecord {id: record})-[decision:STEWARD]-(:PersonRecord)
WHERE decision.revoked_at IS NULL
WITH DISTINCT decision, startNode(decision) AS left, endNode(decision) AS right
WHERE left.shielded IS NULL AND right.shielded IS NULL
RETURN decision.id AS id, left.id AS left, right.id AS right, decision.kind AS kind, decision.by AS by,
       decision.reason AS reason, decision.at AS at
ORDER BY at, id, left, right
