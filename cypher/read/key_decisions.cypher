// A page of stewards' decisions with their sealed reasons, by the id of the decision.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string, of the decision
// column edges: list of map, {edge, reason, revoked_in, revoked_reason} of every pair that it decides
MATCH ()-[decision:STEWARD]->()
WHERE decision.id > $after
WITH decision.id AS id, collect(decision) AS pairs
ORDER BY id LIMIT $limit
RETURN id, [each IN pairs | {edge: elementId(each), reason: each.reason, revoked_in: each.revoked_in,
  revoked_reason: each.revoked_reason}] AS edges
