// Every version of address records, its encoding and the codes of its coarse areas. In pages by id of the record.
// access: read
// param $after: string, last record of the page before, or ''
// param $limit: integer, records
// column records: list of string, rising; empty after the last page
// column versions: list of string
// column sealed: list of bytes, their encodings
// column lsoa: list of string, '' for none
// column ward: list of string, '' for none
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[:VERSION]->(version:RecordVersion)
WITH record, version ORDER BY record.id
RETURN collect(record.id) AS records, collect(version.id) AS versions, collect(version.sealed) AS sealed,
       collect(coalesce(version.lsoa, '')) AS lsoa, collect(coalesce(version.ward, '')) AS ward
