// Findings about releases under another key version.
// access: write
// param $rows: list of map, {id, finding}
UNWIND $rows AS row
MATCH (release:ResearchRelease {id: row.id})
USING INDEX SEEK release:ResearchRelease(id)
SET release.finding = row.finding
