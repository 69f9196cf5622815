// What an officer found of a broken glass: it waits no longer. Of two who review it at once the first stands.
// access: write
// param $id: string
// param $by: string
// param $at: date-time
// param $justified: boolean
// param $finding: bytes, sealed for the id
// column found: integer, 0 when there is none that waits
MATCH (glass:BreakGlass {id: $id})
SET glass.locked = true
REMOVE glass.locked
WITH glass WHERE glass.waiting
SET glass.reviewed_by = $by, glass.reviewed_at = $at, glass.justified = $justified, glass.finding = $finding
REMOVE glass.waiting
RETURN count(glass) AS found
