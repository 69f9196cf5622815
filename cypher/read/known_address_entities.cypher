// Which address each record was and is, a page at a time, for what looks at all of them. Nobody who is shielded.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column last: optional string, last record that was looked at
// column records: list of string
// column entities: list of string
// column recorded_from: list of integer, milliseconds since 1970
// column recorded_to: list of integer
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
WITH collect(record) AS page
WITH page[size(page) - 1].id AS last, page
CALL (page) {
  UNWIND page AS record
  MATCH (record)-[resolves:RESOLVES_TO]->(entity:Address)
  WHERE record.shielded IS NULL AND entity.shielded IS NULL
  RETURN collect(record.id) AS records, collect(entity.id) AS entities,
    collect(resolves.recorded_from.epochMillis) AS recorded_from, collect(resolves.recorded_to.epochMillis) AS recorded_to
}
RETURN last, records, entities, recorded_from, recorded_to
