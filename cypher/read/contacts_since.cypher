// Present contacts that began, or were open, since some day: for a rule that is put in force.
// access: read
// param $since: date-time
// param $after: string, last version of the page before, or ''
// param $limit: integer
// column last: optional string
// column versions: list of string
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after
WITH contact ORDER BY contact.version LIMIT $limit
WITH collect(contact) AS page
RETURN page[size(page) - 1].version AS last,
  [contact IN page WHERE contact.at >= $since AND contact.recorded_to.year = 9999 | contact.version] AS versions
