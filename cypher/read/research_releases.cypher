// Figures that were proposed for publication, those that wait or all, newest first; without the figures.
// access: read
// param $waiting: boolean, only those that wait
// param $before: date-time, of the last of the page before; ties cannot hide one, for ids are compared then
// param $before_id: string, its id
// param $first: integer, entries a page, and one more
// column release: map, with all that is on record of it but the content
MATCH (release:ResearchRelease)
WHERE (NOT $waiting OR release.waiting)
  AND (release.proposed_at < $before OR release.proposed_at = $before AND release.id < $before_id)
RETURN release{.*, content: ''} AS release
ORDER BY release.proposed_at DESC, release.id DESC
LIMIT $first
