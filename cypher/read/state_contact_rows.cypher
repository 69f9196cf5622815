// Every contact at an address with the address it resolved to, for evaluation. In pages by version.
// access: read
// param $after: string, last version of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column version: string
// column context: string, the id that the sealed reference belongs to
// column agency: string
// column reference: bytes, the agency's own record id, sealed
// column entity: string
MATCH (contact:Contact)
USING INDEX contact:Contact(version)
WHERE contact.version > $after AND contact.recorded_to = $forever AND EXISTS {
  MATCH (contact)<--(:AddressRecord)-[resolves:RESOLVES_TO]->(:Address)
  WHERE resolves.recorded_to = $forever
}
WITH contact ORDER BY contact.version LIMIT $limit
CALL (contact) {
  MATCH (contact)<--(:AddressRecord)-[resolves:RESOLVES_TO]->(entity:Address)
  WHERE resolves.recorded_to = $forever
  RETURN entity ORDER BY entity.id LIMIT 1
}
RETURN contact.version AS version, contact.id AS context, contact.agency AS agency,
       contact.reference AS reference, entity.id AS entity
ORDER BY version
