// Every person record with the address its latest home resolved to, for evaluation. In pages by id.
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
WHERE record.id > $after AND record.recorded_to = $forever AND EXISTS {
  MATCH (record)-[stay:LIVES_AT]->(:AddressRecord)-[resolves:RESOLVES_TO]->(:Address)
  WHERE stay.recorded_to = $forever AND resolves.recorded_to = $forever
}
WITH record ORDER BY record.id LIMIT $limit
CALL (record) {
  MATCH (record)-[stay:LIVES_AT]->(:AddressRecord)-[resolves:RESOLVES_TO]->(entity:Address)
  WHERE stay.recorded_to = $forever AND resolves.recorded_to = $forever
  RETURN entity ORDER BY stay.seen_at DESC, stay.valid_from DESC, entity.id LIMIT 1
}
RETURN record.id AS context, record.agency AS agency, record.reference AS reference, entity.id AS entity
ORDER BY context
