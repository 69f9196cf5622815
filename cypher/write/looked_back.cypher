// Alerts were worked out for a page of the contacts that a note asks for.
// access: write
// param $note: string, its id in the database
// param $after: string, last version of the page
MATCH (due:AlertDue) WHERE elementId(due) = $note
SET due.after = $after
