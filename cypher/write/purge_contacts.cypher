// Versions of contacts, really deleted, and alerts that rested on one.
// access: write
// param $versions: list of string
// column contacts: integer, versions that were there
UNWIND $versions AS version
MATCH (contact:Contact {version: version})
USING INDEX SEEK contact:Contact(version)
WITH contact, [(contact)-[:GROUNDS]->(alert:Alert) | alert] AS alerts
FOREACH (alert IN alerts | DETACH DELETE alert)
DETACH DELETE contact
RETURN count(*) AS contacts
