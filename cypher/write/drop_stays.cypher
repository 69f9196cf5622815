// Homes that lapsed, or that a record's timeline needs no more: they stay readable, and no later one is made of them.
// access: write
// param $rows: list of map, edge, its id read in this transaction, and record, whose it is, for those who follow
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (person)-[stay:LIVES_AT]->()
WHERE elementId(stay) = row.edge
SET stay.withdrawn = true
WITH person, stay
WHERE stay.recorded_to = $forever
SET stay.recorded_to = $at, person.pending = $tick
