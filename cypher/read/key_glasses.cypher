// A page of broken glasses with their sealed reasons and findings, by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
// column reason: optional bytes
// column finding: optional bytes
MATCH (glass:BreakGlass)
USING INDEX glass:BreakGlass(id)
WHERE glass.id > $after
RETURN glass.id AS id, glass.reason AS reason, glass.finding AS finding
ORDER BY id LIMIT $limit
