// Versions of contacts that were corrected or withdrawn.
// access: write
// param $versions: list of string
// param $at: date-time, when this is recorded
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: $versions, records: [], around: []})
}
UNWIND $versions AS version
MATCH (contact:Contact {version: version})
USING INDEX SEEK contact:Contact(version)
SET contact.recorded_to = $at
