// Codes of coarse areas of address records, as the newest look-up has them. No version: they follow from the encoding.
// access: write
// param $rows: list of map, id and codes (null for one that there is not)
UNWIND $rows AS row
MATCH (record:AddressRecord {id: row.id})
USING INDEX SEEK record:AddressRecord(id)
SET record += row.codes
