// Current contacts of a feed, in pages by version.
// access: read
// param $feed: string
// param $after: string, last version of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column version: string
MATCH (contact:Contact)
USING INDEX SEEK contact:Contact(feed, version)
WHERE contact.feed = $feed AND contact.version > $after AND contact.recorded_to = $forever
RETURN contact.id AS id, contact.version AS version
ORDER BY contact.feed, contact.version
LIMIT $limit
