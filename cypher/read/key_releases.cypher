// A page of decided releases with what a sealed finding is bound to, by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
// column digest: string
// column approved: boolean
// column finding: bytes
MATCH (release:ResearchRelease)
USING INDEX release:ResearchRelease(id)
WHERE release.id > $after AND release.finding IS NOT NULL
RETURN release.id AS id, release.digest AS digest, release.approved AS approved, release.finding AS finding
ORDER BY id LIMIT $limit
