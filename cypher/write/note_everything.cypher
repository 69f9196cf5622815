// For those who keep people or addresses in memory: all evidence is being weighed anew, nothing of theirs stands. Old notes go.
// access: write
// param $tick: integer, number of this transaction
// param $kind: string, person or address
// param $kept_from: integer, notes of earlier transactions are removed
CREATE (:Change {tick: $tick, kind: $kind, records: [], everything: true})
WITH $kept_from AS kept_from
MATCH (old:Change)
USING INDEX SEEK old:Change(tick)
WHERE old.tick < kept_from
DELETE old
