// Versions of contacts, really deleted.
// access: write
// param $versions: list of string
// column contacts: integer, versions that were there
UNWIND $versions AS version
MATCH (contact:Contact {version: version})
USING INDEX SEEK contact:Contact(version)
DETACH DELETE contact
RETURN count(*) AS contacts
