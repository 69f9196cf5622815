// What person records said about their homes and no longer hold.
// access: write
// param $rows: list of map, edge, its id read in this transaction, and record, whose it is, for those who follow
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
UNWIND $rows AS row
MATCH (person)-[stay:LIVES_AT]->()
WHERE elementId(stay) = row.edge
SET stay.recorded_to = $at, person.pending = $tick
