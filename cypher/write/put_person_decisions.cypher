// Steward decisions about pairs of person records. What stands and says otherwise is revoked, never deleted.
// access: write
// param $id: string, of the decision that these pairs belong to
// param $rows: list of map, left (the smaller id), right, kind (must, cannot, or null to revoke only), takes_back (ids of those alone that are revoked, or [])
// param $by: string, id of the steward
// param $reason: bytes, sealed for $id
// param $at: date-time, when this is recorded
// column found: integer, pairs of which both records are known, and not shielded
UNWIND $rows AS row
MATCH (left:PersonRecord {id: row.left})
USING INDEX SEEK left:PersonRecord(id)
MATCH (right:PersonRecord {id: row.right})
USING INDEX SEEK right:PersonRecord(id)
WITH left, right, row WHERE left.shielded IS NULL AND right.shielded IS NULL
OPTIONAL MATCH (left)-[standing:STEWARD]->(right)
WHERE standing.revoked_at IS NULL AND (row.kind IS NULL OR standing.kind <> row.kind)
  AND (row.takes_back = [] OR standing.id IN row.takes_back)
SET standing.revoked_at = $at, standing.revoked_by = $by, standing.revoked_in = $id,
    standing.revoked_reason = $reason
WITH DISTINCT left, right, row.kind AS decided
FOREACH (kind IN CASE WHEN decided IS NULL THEN [] ELSE [decided] END |
  CREATE (left)-[:STEWARD {id: $id, kind: kind, by: $by, reason: $reason, at: $at}]->(right))
RETURN count(*) AS found
