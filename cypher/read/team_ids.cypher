// Ids of all teams that the directory names.
// access: read
// column teams: list of string
MATCH (team:Team)
RETURN collect(team.id) AS teams
