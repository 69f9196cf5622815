// Broken glasses that the responsible officer was not told of yet, oldest first.
// access: read
// param $limit: integer
// column glass: map, id, by, role, purpose, agency, at and until: not what was looked at, nor why
MATCH (glass:BreakGlass)
WHERE glass.waiting AND glass.told_at IS NULL
RETURN glass{.id, .by, .role, .purpose, .agency, .at, .until} AS glass
ORDER BY glass.at, glass.id
LIMIT $limit
