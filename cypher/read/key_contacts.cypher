// A page of versions of contacts with their sealed references, by version.
// access: read
// param $after: string, last version of the page before, or ''
// param $limit: integer
// column id: string, the version
// column context: string, for which the reference is sealed
// column reference: bytes
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after
RETURN contact.version AS id, contact.id AS context, contact.reference AS reference
ORDER BY id LIMIT $limit
