// Proofs that are in the audit log.
// access: write
// param $ids: list of string
UNWIND $ids AS id
MATCH (proof:Proof {id: id})
USING INDEX SEEK proof:Proof(id)
DELETE proof
