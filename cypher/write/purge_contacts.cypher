// Versions of contacts, really deleted, and alerts that rested on one: what the rest of it, or what the alert kept back,
// calls for is worked out again.
// access: write
// param $versions: list of string
// column contacts: integer, versions that were there
CALL () {
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})-[:GROUNDS]->(alert:Alert)
  USING INDEX SEEK contact:Contact(version)
  WITH DISTINCT alert
  MATCH (alert)<-[:GROUNDS]-(ground:Contact)
  WHERE NOT ground.version IN $versions
  WITH collect(DISTINCT ground.version) AS left, collect(DISTINCT alert) AS alerts
  UNWIND alerts AS alert
  OPTIONAL MATCH (alert)-[:ABOUT]->(person:Person)
  WITH left, collect(DISTINCT person.id) AS people
  CREATE (:AlertDue {due_at: datetime({epochMillis: 0}), versions: left, records: [], around: people})
  RETURN count(*) AS notes
}
UNWIND $versions AS version
MATCH (contact:Contact {version: version})
USING INDEX SEEK contact:Contact(version)
WITH contact, [(contact)-[:GROUNDS]->(alert:Alert) | alert] AS alerts
FOREACH (alert IN alerts | DETACH DELETE alert)
DETACH DELETE contact
RETURN count(*) AS contacts
