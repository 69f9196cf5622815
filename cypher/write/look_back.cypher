// Alerts have to be worked out for every contact since some moment, for a rule that is put in force: a note that
// stays until there are no more.
// access: write
// param $due_at: date-time
// param $since: date-time
CREATE (:AlertDue {due_at: $due_at, versions: [], records: [], people: [], since: $since, after: ''})
