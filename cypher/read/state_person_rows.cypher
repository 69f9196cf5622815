// Every person record with the person it resolved to, for evaluation. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column context: string, the id that the sealed reference belongs to
// column agency: string
// column reference: bytes, the agency's own record id, sealed
// column entity: string
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after AND record.recorded_to = $forever
MATCH (record)-[resolves:RESOLVES_TO]->(entity:Person)
WHERE resolves.recorded_to = $forever
RETURN record.id AS context, record.agency AS agency, record.reference AS reference, entity.id AS entity
ORDER BY context
LIMIT $limit
