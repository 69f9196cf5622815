// Stays side by side, in columns: of one that was confirmed a row for each stretch in which it was last seen otherwise.
// The property holds the confirmations that made a difference, and until when each was the last one (ADR 0016).
WITH record, stay, place, coalesce(stay.seen_then, []) AS was, coalesce(stay.seen_then_to, []) AS until
UNWIND range(0, size(was)) AS part
WITH record, stay, place, CASE WHEN part < size(was) THEN was[part] ELSE stay.seen_at END AS seen,
  CASE WHEN part > 0 THEN until[part - 1] ELSE stay.recorded_from END AS since,
  CASE WHEN part < size(was) AND until[part] < stay.recorded_to THEN until[part] ELSE stay.recorded_to END AS to
WHERE since < to AND stay.valid_from < stay.valid_to AND record.shielded IS NULL AND place.shielded IS NULL
RETURN collect(record.id) AS records, collect(place.id) AS places, collect(stay.valid_from.epochMillis) AS starts,
  collect(stay.valid_to.epochMillis) AS ends, collect(seen.epochMillis) AS seen, collect(stay.inferred) AS inferred,
  collect(stay.lapsed IS NOT NULL) AS lapsed, collect(since.epochMillis) AS recorded_from,
  collect(to.epochMillis) AS recorded_to
