// Agencies of contacts, and the teams to ring about them: each agency's own, and those that contacts name.
CALL (contacts) {
  UNWIND contacts AS contact
  WITH DISTINCT contact.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  OPTIONAL MATCH (team:Team {id: agency.duty_team})
  RETURN collect({id: id, name: agency.name, kind: agency.kind, team: agency.duty_team}) AS agencies,
    collect(team{.id, .agency, .name, .phone, .hours}) AS duty_teams
}
CALL (contacts) {
  UNWIND contacts AS contact
  WITH DISTINCT contact.team AS id
  MATCH (team:Team {id: id})
  RETURN collect(team{.id, .agency, .name, .phone, .hours}) AS own_teams
}
