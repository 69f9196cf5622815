// Person records that a feed keeps alive, in pages by id.
// access: read
// param $feed: string
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
MATCH (record:PersonRecord)
USING INDEX SEEK record:PersonRecord(feed, id)
WHERE record.feed = $feed AND record.id > $after AND record.recorded_to = $forever
RETURN record.id AS id
ORDER BY record.feed, record.id
LIMIT $limit
