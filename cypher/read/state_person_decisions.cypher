// Steward decisions that stand, between person records, oldest first.
// access: read
// column left: string
// column right: string
// column kind: string, must or cannot
MATCH (left:PersonRecord)-[decision:STEWARD]->(right:PersonRecord)
WHERE decision.revoked_at IS NULL
RETURN left.id AS left, right.id AS right, decision.kind AS kind
ORDER BY decision.at, left, right
