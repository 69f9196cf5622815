// Which address each record was and is, a page at a time, for what looks at all of them, and whether the record called
// it a hostel, a prison ... in that time. Nobody who is shielded.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column last: optional string, last record that was looked at
// column records: list of string
// column entities: list of string
// column recorded_from: list of integer, milliseconds since 1970
// column recorded_to: list of integer
// column communal: list of boolean
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
WITH collect(record) AS page
WITH page[size(page) - 1].id AS last, page
CALL (page) {
  UNWIND page AS record
  MATCH (record)-[resolves:RESOLVES_TO]->(entity:Address)
  // part: entity_columns
  RETURN collect(record.id) AS records, collect(entity.id) AS entities, collect(since.epochMillis) AS recorded_from,
    collect(to.epochMillis) AS recorded_to, collect(communal) AS communal
}
RETURN last, records, entities, recorded_from, recorded_to, communal
