// Stays side by side, in columns: of one that was confirmed a row for each stretch in which it was last seen otherwise.
// The property holds the confirmations that made a difference, and until when each was the last one (ADR 0016). All of a
// stay is looked up at once, for there are some hundred thousand.
WITH record, stay, place WHERE record.shielded IS NULL AND place.shielded IS NULL
WITH record.id AS record, place.id AS place, properties(stay) AS stay
UNWIND CASE
  WHEN stay.seen_then IS NULL THEN [[stay.seen_at, stay.recorded_from, stay.recorded_to]]
  ELSE [part IN range(0, size(stay.seen_then)) | [
    coalesce(stay.seen_then[part], stay.seen_at),
    CASE WHEN part > 0 THEN stay.seen_then_to[part - 1] ELSE stay.recorded_from END,
    CASE WHEN stay.seen_then_to[part] < stay.recorded_to THEN stay.seen_then_to[part] ELSE stay.recorded_to END]]
END AS told
WITH record, place, stay, told[0] AS seen, told[1] AS since, told[2] AS to
WHERE since < to
RETURN collect(record) AS records, collect(place) AS places, collect(stay.valid_from.epochMillis) AS starts,
  collect(stay.valid_to.epochMillis) AS ends, collect(seen.epochMillis) AS seen, collect(stay.inferred) AS inferred,
  collect(stay.lapsed IS NOT NULL) AS lapsed, collect(since.epochMillis) AS recorded_from,
  collect(to.epochMillis) AS recorded_to
