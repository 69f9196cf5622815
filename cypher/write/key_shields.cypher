// Reasons of decisions about shields under another key version.
// access: write
// param $rows: list of map, {id, reason}
UNWIND $rows AS row
MATCH (shield:Shield {id: row.id})
USING INDEX SEEK shield:Shield(id)
SET shield.reason = row.reason
