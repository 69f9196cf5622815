// Homes said again: moves the confirmation forward, in place, for it is no new fact about the home.
// The record has to be resolved again only if another stay of the person begins or ends in between.
// access: write
// param $rows: list of map, edge, seen_before, seen_at; moments as text
// param $tick: integer, number of this transaction
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record)-[stay:LIVES_AT]->()
WHERE elementId(stay) = row.edge
SET stay.seen_at = datetime(row.seen_at)
WITH record, datetime(row.seen_before) AS before, datetime(row.seen_at) AS seen
WHERE EXISTS {
  MATCH (record)-[ours:RESOLVES_TO]->(person:Person)
  WHERE ours.recorded_to = $forever
  MATCH (person)<-[theirs:RESOLVES_TO]-(:PersonRecord)-[other:LIVES_AT]->()
  WHERE theirs.recorded_to = $forever AND other.recorded_to = $forever
    AND (before < other.valid_from <= seen OR before <= other.valid_to < seen)
}
SET record.pending = $tick
