// Codes of coarse areas of versions of address records, old ones too, as the newest look-up has them.
// access: write
// param $rows: list of map, id of the record, its version, and codes (null for one that there is not)
UNWIND $rows AS row
MATCH (record:AddressRecord {id: row.id})
USING INDEX SEEK record:AddressRecord(id)
MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = row.version
SET version += row.codes
