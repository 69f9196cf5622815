// What somebody decided of figures that another one proposed. Of two who decide at once the first stands.
// access: write
// param $id: string
// param $digest: string, of the figures that were looked at
// param $by: string, never who proposed them
// param $at: date-time
// param $approved: boolean
// param $finding: bytes, sealed for the id, the figures and the decision
// column found: integer, 0 when there is none that waits for this person, with these figures
MATCH (release:ResearchRelease {id: $id})
SET release.locked = true
REMOVE release.locked
WITH release WHERE release.waiting AND release.digest = $digest AND release.proposed_by <> $by
SET release.decided_by = $by, release.decided_at = $at, release.approved = $approved, release.finding = $finding
REMOVE release.waiting
RETURN count(release) AS found
