// The area of each address record, by what was on record at a moment. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $recorded: date-time
// column last: string, null after the last page
// column ids: list of string, of those of which an area is known
// column lsoa: list of string
CALL {
  MATCH (record:AddressRecord)
  USING INDEX record:AddressRecord(id)
  WHERE record.id > $after
  RETURN record ORDER BY record.id LIMIT $limit
}
OPTIONAL MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.lsoa IS NOT NULL AND version.recorded_from <= $recorded AND $recorded < version.recorded_to
RETURN max(record.id) AS last, collect(CASE WHEN version IS NOT NULL THEN record.id END) AS ids,
       collect(version.lsoa) AS lsoa
