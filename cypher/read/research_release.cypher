// Figures that were proposed for publication, with what they are.
// access: read
// param $id: string
// column release: map, with all that is on record of it
MATCH (release:ResearchRelease {id: $id})
RETURN release{.*} AS release
