// What alerts have to be worked out for, the oldest notes first.
// access: read
// param $now: date-time
// param $limit: integer, notes
// param $but: list of string, notes that are being worked out already
// column note: string, its id in the database
// column versions: list of string, of contacts
// column records: list of string
// column around: list of string, people and addresses (notes of an earlier version call them people)
// column since: optional date-time, of a rule that was put in force: every contact since then, a page after the other
// column after: string, last version of the page before, or ''
MATCH (due:AlertDue)
USING INDEX due:AlertDue(due_at)
WHERE due.due_at <= $now AND NOT elementId(due) IN $but
WITH due ORDER BY due.due_at LIMIT $limit
RETURN elementId(due) AS note, due.versions AS versions, due.records AS records, coalesce(due.around, due.people) AS around,
  due.since AS since, coalesce(due.after, '') AS after
