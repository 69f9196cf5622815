// What an alert rests on, with the agencies that say so and the teams to ring: nothing of it where not all may be seen.
CALL (alert, covering) {
  MATCH (alert)<-[:GROUNDS]-(version:Contact)
  WITH covering, version ORDER BY version.recorded_to DESC, version.version DESC
  WITH covering, version.id AS id, head(collect(version)) AS contact
  WITH contact, [g IN covering WHERE contact.data_class IN $data_classes
    AND g.id = contact.agreement AND g.data_class = contact.data_class AND contact.agency IN g.parties
    AND (contact.status = 'open' OR contact.at >= g.from)] AS by
  WITH contact, size(by) > 0 AS may_see, any(g IN by WHERE g.full) AS full
  ORDER BY contact.at, contact.id
  WITH all(each IN collect(may_see) WHERE each) AS visible, collect(contact{.id, .agency, .type, .severity, .team,
    at: contact.at, open: contact.status = 'open', full: full}) AS grounds
  RETURN visible, CASE WHEN visible THEN grounds ELSE [] END AS contacts
}
CALL (alert) {
  // Whose it is to look is said, also where the directory does not know them.
  OPTIONAL MATCH (team:Team {id: alert.owner})
  RETURN {id: alert.owner, agency: team.agency, name: team.name, phone: team.phone, hours: team.hours} AS owner_team
}
CALL (alert) {
  MATCH (alert)<-[:OF_ALERT]-(act:AlertAct)
  WITH act ORDER BY act.at, act.id
  RETURN collect(act{.by, .at, .disposition}) AS acts
}
