// Reasons of marks under another key version.
// access: write
// param $rows: list of map, {id, reason, lifted_reason}
UNWIND $rows AS row
MATCH (mark:Mark {id: row.id})
USING INDEX SEEK mark:Mark(id)
SET mark.reason = row.reason, mark.lifted_reason = row.lifted_reason
