// That alerts have to be worked out again when a window closes: for contacts, for those of records, and around some.
// access: write
// param $due_at: date-time
// param $versions: list of string, of contacts
// param $records: list of string, of people or addresses
// param $around: list of string, people and addresses
CREATE (:AlertDue {due_at: $due_at, versions: $versions, records: $records, around: $around})
