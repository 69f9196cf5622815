// For those who keep people in memory: which of their records this transaction changed. Old notes go.
// access: write
// param $tick: integer, number of this transaction
// param $records: list of string
// param $everything: boolean, all evidence was weighed anew
// param $kept_from: integer, notes of earlier transactions are removed
CREATE (:Change {tick: $tick, records: $records, everything: $everything})
WITH $kept_from AS kept_from
MATCH (old:Change)
WHERE old.tick < kept_from
DELETE old
