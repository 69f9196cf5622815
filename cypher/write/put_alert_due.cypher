// That alerts have to be worked out again for somebody, when a window closes or a rule is put in force.
// access: write
// param $due_at: date-time
// param $versions: list of string, of contacts
// param $people: list of string
CREATE (:AlertDue {due_at: $due_at, versions: $versions, records: [], people: $people})
