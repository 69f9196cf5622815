// Figures that somebody proposes for publication; they wait for somebody else.
// access: write
// param $release: map, id, question, asked, policy, content, digest, proposed_by and proposed_at
CREATE (release:ResearchRelease)
SET release = $release, release.waiting = true
