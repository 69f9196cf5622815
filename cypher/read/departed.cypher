// Agencies that have left: nothing of theirs is loaded.
// access: read
// column agencies: list of string
MATCH (departed:Departed)
RETURN collect(departed.id) AS agencies
