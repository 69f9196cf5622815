// Versions of contacts, a page at a time, with whom each touches: for what looks at all of them: rules, and figures for
// research. Shielded ones are passed over. A page is one row of lists; moments are milliseconds since 1970.
// access: read
// param $after: string, last version of the page before, or ''
// param $limit: integer
// column last: optional string, last version that was looked at
// column versions: list of string, side by side with what follows
// column ids: list of string
// column types: list of string
// column agencies: list of string
// column data_classes: list of string
// column agreements: list of string, '' for none
// column severities: list of integer
// column categories: list of string, '' for none
// column teams: list of string, '' for none
// column at: list of integer
// column closed_at: list of integer, -1 for none
// column open: list of boolean
// column recorded_from: list of integer
// column recorded_to: list of integer
// column touches: list of list of string, record and role by turns
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after
WITH contact ORDER BY contact.version LIMIT $limit
WITH collect(contact) AS page
WITH page[size(page) - 1].version AS last, [contact IN page WHERE contact.shielded IS NULL] AS page
RETURN last,
// part: contact_columns
// part: contact_records
