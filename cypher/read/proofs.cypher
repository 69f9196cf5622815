// What was done and is not in the audit log yet, oldest first.
// access: read
// param $limit: integer
// column id: string
// column text: string, the entry as JSON
MATCH (proof:Proof)
RETURN proof.id AS id, proof.text AS text
ORDER BY proof.tick, id
LIMIT $limit
