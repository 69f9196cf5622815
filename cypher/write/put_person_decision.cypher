// A steward's decision about two person records; deciding again replaces what was decided before.
// access: write
// param $left: string, the smaller id
// param $right: string, the larger id
// param $kind: optional string, must, cannot, or null to revoke what stands
// param $by: string, id of the steward
// param $reason: string
// param $at: date-time, when this is recorded
// column found: integer, 1 when both records are known
MATCH (left:PersonRecord {id: $left})
MATCH (right:PersonRecord {id: $right})
OPTIONAL MATCH (left)-[standing:STEWARD]->(right)
WHERE standing.revoked_at IS NULL
SET standing.revoked_at = $at
WITH DISTINCT left, right
FOREACH (kind IN CASE WHEN $kind IS NULL THEN [] ELSE [$kind] END |
  CREATE (left)-[:STEWARD {kind: kind, by: $by, reason: $reason, at: $at}]->(right))
RETURN count(*) AS found
