// Whose address records were, side by side: a row for each stretch in which the record also said the same of what kind
// of place it is. The property holds what it said before, and until when.
WITH record, resolves, entity, coalesce(record.communal_then, []) + (record.communal IS NOT NULL) AS said,
  coalesce(record.communal_then_to, []) AS until
UNWIND range(0, size(until)) AS part
WITH record, entity, said[part] AS communal,
  CASE WHEN part > 0 AND until[part - 1] > resolves.recorded_from THEN until[part - 1] ELSE resolves.recorded_from END AS since,
  CASE WHEN part < size(until) AND until[part] < resolves.recorded_to THEN until[part] ELSE resolves.recorded_to END AS to
WHERE since < to AND record.shielded IS NULL AND entity.shielded IS NULL
