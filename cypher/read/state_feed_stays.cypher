// What a feed is believed to say of the homes of a feed's living records, but what is over by then. In pages by
// record: two feeds of an agency may share one.
// access: read
// param $feed: string, whose records
// param $by: string, the feed that said so
// param $at: date-time, homes that ended by then are left out
// param $after: string, last id of the page before, or ''
// param $limit: integer, records a page
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column homes: list of list of string, each the address record and the start, '' where it was inferred
MATCH (record:PersonRecord)
USING INDEX SEEK record:PersonRecord(feed, id)
WHERE record.feed = $feed AND record.id > $after AND record.recorded_to = $forever
WITH record ORDER BY record.feed, record.id LIMIT $limit
RETURN record.id AS id, [(record)-[stay:LIVES_AT]->(home:AddressRecord)
    WHERE stay.recorded_to = $forever AND stay.lapsed IS NULL AND stay.valid_to > $at
      AND coalesce(stay.feed, record.feed) = $by
    | [home.id, CASE WHEN stay.inferred THEN '' ELSE toString(stay.valid_from) END]] AS homes
ORDER BY id
