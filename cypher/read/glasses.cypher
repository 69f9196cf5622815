// Broken glasses, those that wait for a review or all, newest first.
// access: read
// param $waiting: boolean, only those that wait
// param $before: date-time, of the last of the page before; ties cannot hide one, for ids are compared then
// param $before_id: string, its id
// param $first: integer, entries a page, and one more
// column glass: map, with all that is on record of it
MATCH (glass:BreakGlass)
WHERE (NOT $waiting OR glass.waiting)
  AND (glass.at < $before OR glass.at = $before AND glass.id < $before_id)
RETURN glass{.*, targets: coalesce(glass.targets, [])} AS glass
ORDER BY glass.at DESC, glass.id DESC
LIMIT $first
