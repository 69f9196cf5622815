// Every address record with the address it resolved to, for evaluation. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column context: string, the id that the sealed reference belongs to
// column agency: string
// column reference: bytes, the agency's own record id, sealed; empty text when many rows share the place
// column entity: string
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after AND record.recorded_to = $forever
MATCH (record)-[resolves:RESOLVES_TO]->(entity:Address)
WHERE resolves.recorded_to = $forever
RETURN record.id AS context, record.agency AS agency, record.reference AS reference, entity.id AS entity
ORDER BY context
LIMIT $limit
