// That the responsible officer was told of broken glasses.
// access: write
// param $ids: list of string
// param $at: date-time
UNWIND $ids AS id
MATCH (glass:BreakGlass {id: id})
USING INDEX SEEK glass:BreakGlass(id)
SET glass.told_at = $at
