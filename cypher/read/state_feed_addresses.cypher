// Address records of a feed that nothing current hangs on: no stay and no contact. In pages by id.
// access: read
// param $feed: string
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
MATCH (record:AddressRecord)
USING INDEX SEEK record:AddressRecord(feed, id)
WHERE record.feed = $feed AND record.id > $after AND record.recorded_to = $forever
  AND NOT EXISTS { MATCH (record)<-[stay:LIVES_AT]-() WHERE stay.recorded_to = $forever }
  AND NOT EXISTS { MATCH (record)-->(contact:Contact) WHERE contact.recorded_to = $forever }
RETURN record.id AS id
ORDER BY record.feed, record.id
LIMIT $limit
