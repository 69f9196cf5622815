// That somebody broke the glass: on record before anything is shown.
// access: write
// param $glass: map, id, by, role, purpose, agency, reason (sealed for the id), at and until
CREATE (glass:BreakGlass)
SET glass = $glass, glass.waiting = true
