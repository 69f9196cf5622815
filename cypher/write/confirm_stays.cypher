// Homes said again: moves the confirmation forward, in place, for it is no new fact about the home. The first
// one stays readable. A later one does so where another stay, as any agency ever had it, of a person who ever
// had the record begins or ends before the new one: else what was known then comes to the same with either.
// Whoever said it last is its feed. The record has to be resolved again only if one of those is believed.
// access: write
// param $rows: list of map, edge, record (whose it is, for those who follow), seen_before, seen_at, feed; moments as text
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $rows AS row
MATCH (record)-[stay:LIVES_AT]->()
WHERE elementId(stay) = row.edge
WITH record, stay, row.feed AS feed, datetime(row.seen_before) AS before, datetime(row.seen_at) AS seen
WITH record, stay, feed, before, seen, EXISTS {
  MATCH (record)-[:RESOLVES_TO]->(person:Person)
  MATCH (person)<-[:RESOLVES_TO]-(:PersonRecord)-[other:LIVES_AT]->()
  WHERE before < other.valid_from <= seen OR before <= other.valid_to < seen
} AS telling
SET stay.feed = feed, stay.seen_at = seen, stay.seen_recorded = $at,
    stay.seen_first = coalesce(stay.seen_first, before), stay.seen_first_to = coalesce(stay.seen_first_to, $at)
FOREACH (_ IN CASE WHEN telling THEN [1] ELSE [] END |
  SET stay.seen_then = coalesce(stay.seen_then, []) + before,
      stay.seen_then_to = coalesce(stay.seen_then_to, []) + $at)
WITH record, before, seen
WHERE telling AND EXISTS {
  MATCH (record)-[ours:RESOLVES_TO]->(person:Person)
  WHERE ours.recorded_to = $forever
  MATCH (person)<-[theirs:RESOLVES_TO]-(:PersonRecord)-[other:LIVES_AT]->()
  WHERE theirs.recorded_to = $forever AND other.recorded_to = $forever
    AND (before < other.valid_from <= seen OR before <= other.valid_to < seen)
}
SET record.pending = $tick
