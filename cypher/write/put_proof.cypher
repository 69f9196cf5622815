// What was just done for a right or a rule, in the transaction that does it, for whoever writes the audit log.
// access: write
// param $id: string
// param $tick: integer, number of this transaction
// param $text: string, the entry as JSON: ids, keyed hashes, counts and names of ours
CREATE (:Proof {id: $id, tick: $tick, text: $text})
