// What was changed after some transaction of what research counts.
// access: read
// param $after: integer, the last transaction that is known
// param $kept: integer, of more than so many transactions nothing is told
// column tick: integer, number of the last transaction
// column notes: list of map, versions, touching, persons, addresses, living, people, everything
MATCH (lease:Lease {id: 'writer'})
WITH lease.tick AS tick
OPTIONAL MATCH (note:CountedNote)
USING INDEX SEEK note:CountedNote(tick)
WHERE note.tick > $after AND tick - $after <= $kept
RETURN tick, collect(note{.versions, .touching, .persons, .addresses, .living, .people, .everything}) AS notes
