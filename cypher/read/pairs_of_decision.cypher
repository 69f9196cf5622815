// The pairs of person records for which a steward's decision still stands.
// access: read
// param $id: string, of the decision
// column left: string
// column right: string
MATCH (left:PersonRecord)-[decision:STEWARD]->(right:PersonRecord)
USING INDEX decision:STEWARD(id)
WHERE decision.id = $id AND decision.revoked_at IS NULL AND left.shielded IS NULL AND right.shielded IS NULL
RETURN left.id AS left, right.id AS right
ORDER BY left, right
