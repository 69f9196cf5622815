// Evidence between address records that no longer holds.
// access: write
// param $rows: list of map, left, right
UNWIND $rows AS row
MATCH (left:AddressRecord {id: row.left})-[evidence:EVIDENCE]->(right:AddressRecord {id: row.right})
USING INDEX SEEK left:AddressRecord(id)
DELETE evidence
