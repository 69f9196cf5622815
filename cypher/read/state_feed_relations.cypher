// What a feed is believed to state about relations, in pages by record.
// access: read
// param $feed: string
// param $after: string, last id of the page before, or ''
// param $limit: integer, records a page
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column said: list of list of string, each the other record's id, the kind and the agreement
MATCH (record:PersonRecord)-[said:RELATED]->(other:RelatedId)
USING INDEX said:RELATED(feed)
WHERE said.feed = $feed AND said.recorded_to = $forever AND record.id > $after
RETURN record.id AS id, collect([other.id, said.kind, said.agreement]) AS said
ORDER BY id
LIMIT $limit
