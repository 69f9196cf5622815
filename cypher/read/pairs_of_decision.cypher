// The pairs of records, of people or of addresses, for which a steward's decision still stands.
// access: read
// param $id: string, of the decision
// column left: string
// column right: string
// column kind: string, must or cannot
// column address: boolean, they are records of addresses
// column others: list of string, ids of other decisions that stand between the two
MATCH (left)-[decision:STEWARD]->(right)
USING INDEX decision:STEWARD(id)
WHERE decision.id = $id AND decision.revoked_at IS NULL AND left.shielded IS NULL AND right.shielded IS NULL
OPTIONAL MATCH (left)-[other:STEWARD]->(right)
WHERE other.revoked_at IS NULL AND other.id <> $id
WITH left, right, decision, collect(other.id) AS others
RETURN left.id AS left, right.id AS right, decision.kind AS kind, left:AddressRecord AS address, others
ORDER BY left, right
