// Alerts have to be worked out for a rule that is put in force: for every contact since some moment, by a note that stays
// until there are no more, and for what the rule's alerts rest on that stand from when it was in force before, some
// contacts a note: they may have been withdrawn since.
// access: write
// param $rule: string, rule and version
// param $due_at: date-time
// param $since: date-time
// param $most: integer, contacts of one note
CALL () {
  CREATE (:AlertDue {due_at: $due_at, versions: [], records: [], around: [], since: $since, after: ''})
}
MATCH (contact:Contact)-[:GROUNDS]->(alert:Alert {rule: $rule})
USING INDEX SEEK alert:Alert(rule)
WHERE alert.retracted_at IS NULL
WITH collect(DISTINCT contact.version) AS versions
UNWIND range(0, size(versions) - 1, $most) AS first
CREATE (:AlertDue {due_at: $due_at, versions: versions[first..first + $most], records: [], around: []})
