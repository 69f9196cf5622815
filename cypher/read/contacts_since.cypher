// Present contacts that began since some moment, a page of all contacts at a time: for a rule that is put in force.
// access: read
// param $since: date-time
// param $after: string, last version of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column last: optional string, last version that was looked at
// column versions: list of string
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after
WITH contact ORDER BY contact.version LIMIT $limit
WITH collect(contact) AS page
RETURN page[size(page) - 1].version AS last,
  [contact IN page WHERE contact.at >= $since AND contact.recorded_to = $forever | contact.version] AS versions
