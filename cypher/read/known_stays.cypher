// Where person records ever were said to live, and from when until when that was on record, a page of records at a
// time. Nobody and nothing shielded.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column last: optional string, last record that was looked at
// column records: list of string
// column places: list of string, address records
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
// column seen: list of integer, for when it was said last, as known in that time
// column inferred: list of boolean, a sighting
// column lapsed: list of boolean, its feed states it no longer
// column recorded_from: list of integer
// column recorded_to: list of integer
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
WITH collect(record) AS page
WITH page[size(page) - 1].id AS last, page
CALL (page) {
  UNWIND page AS record
  MATCH (record)-[stay:LIVES_AT]->(place:AddressRecord)
  // part: stay_columns
}
RETURN last, records, places, starts, ends, seen, inferred, lapsed, recorded_from, recorded_to
