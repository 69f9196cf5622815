// For those who keep what research counts in memory: what this transaction changed of it. Old notes go.
// access: write
// param $tick: integer, number of this transaction
// param $ids: map, lists of ids: versions, touching, persons, addresses, living, people
// param $everything: boolean, anything may have changed
// param $kept_from: integer, notes of earlier transactions are removed
CREATE (:CountedNote {tick: $tick, versions: $ids.versions, touching: $ids.touching, persons: $ids.persons,
  addresses: $ids.addresses, living: $ids.living, people: $ids.people, everything: $everything})
WITH $kept_from AS kept_from
MATCH (old:CountedNote)
USING INDEX SEEK old:CountedNote(tick)
WHERE old.tick < kept_from
DELETE old
