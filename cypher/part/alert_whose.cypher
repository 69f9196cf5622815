// Whose an alert is to look, said also where the directory does not know them; and what people said of it.
CALL (alert) {
  OPTIONAL MATCH (team:Team {id: alert.owner})
  RETURN {id: alert.owner, agency: team.agency, name: team.name, phone: team.phone, hours: team.hours} AS owner_team
}
CALL (alert) {
  MATCH (alert)<-[:OF_ALERT]-(act:AlertAct)
  WITH act ORDER BY act.at, act.id
  RETURN collect(act{.by, .at, .disposition}) AS acts
}
