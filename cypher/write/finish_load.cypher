// A file is fully loaded.
// access: write
// param $id: string
// param $counts: map, numbers only
// param $at: date-time, when this is recorded
MATCH (load:Load {id: $id})
SET load += $counts, load.completed_at = $at
