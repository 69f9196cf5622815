// Versions of contacts that were corrected or withdrawn.
// access: write
// param $versions: list of string
// param $at: date-time, when this is recorded
UNWIND $versions AS version
MATCH (contact:Contact {version: version})
USING INDEX SEEK contact:Contact(version)
SET contact.recorded_to = $at
