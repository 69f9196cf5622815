// Reasons and findings of broken glasses under another key version.
// access: write
// param $rows: list of map, {id, reason, finding}
UNWIND $rows AS row
MATCH (glass:BreakGlass {id: row.id})
USING INDEX SEEK glass:BreakGlass(id)
SET glass.reason = row.reason, glass.finding = coalesce(row.finding, glass.finding)
