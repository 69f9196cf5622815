// The area of each address record, by what was on record at a moment, and by which version. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $recorded: date-time
// column last: string, null after the last page
// column ids: list of string, of those that had a version then
// column versions: list of string
// column lsoa: list of string, '' for none
CALL {
  MATCH (record:AddressRecord)
  USING INDEX record:AddressRecord(id)
  WHERE record.id > $after
  RETURN record ORDER BY record.id LIMIT $limit
}
OPTIONAL MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.recorded_from <= $recorded AND $recorded < version.recorded_to
RETURN max(record.id) AS last, collect(CASE WHEN version IS NOT NULL THEN record.id END) AS ids,
       collect(version.id) AS versions, collect(CASE WHEN version IS NOT NULL THEN coalesce(version.lsoa, '') END) AS lsoa
