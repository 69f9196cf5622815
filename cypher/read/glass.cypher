// One broken glass.
// access: read
// param $id: string
// column glass: map, id, by, role, purpose, agency, targets, at and until
MATCH (glass:BreakGlass {id: $id})
RETURN glass{.id, .by, .role, .purpose, .agency, .at, .until, targets: coalesce(glass.targets, [])} AS glass
