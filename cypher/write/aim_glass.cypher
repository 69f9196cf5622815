// What was asked for behind a broken glass: the same may be looked at again while it stands.
// access: write
// param $id: string, of the broken glass
// param $ids: list of string, people and addresses
// column found: integer
MATCH (glass:BreakGlass {id: $id})
SET glass.targets = $ids
RETURN count(glass) AS found
