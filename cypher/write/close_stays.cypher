// What person records said about their homes and no longer hold.
// access: write
// param $edges: list of string, ids of edges, read in this transaction
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
UNWIND $edges AS edge
MATCH (person)-[stay:LIVES_AT]->()
WHERE elementId(stay) = edge
SET stay.recorded_to = $at, person.pending = $tick
