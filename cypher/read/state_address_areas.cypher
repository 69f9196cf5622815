// Live address records, their current encodings and the codes of their coarse areas. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string, rising; empty after the last page
// column sealed: list of bytes, the current encodings
// column lsoa: list of string, '' for none
// column ward: list of string, '' for none
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after AND record.recorded_to = $forever
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = record.version
WITH record, version ORDER BY record.id
RETURN collect(record.id) AS ids, collect(version.sealed) AS sealed,
       collect(coalesce(record.lsoa, '')) AS lsoa, collect(coalesce(record.ward, '')) AS ward
