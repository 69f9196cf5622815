// Person records as they were when they were last resolved, to restore the resolver. In pages by id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column agency: string
// column sealed: bytes, the encoding that was resolved
// column entity: optional string
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after AND record.resolved IS NOT NULL
WITH record ORDER BY record.id LIMIT $limit
MATCH (version:RecordVersion {id: record.resolved})
OPTIONAL MATCH (record)-[resolves:RESOLVES_TO]->(entity:Person)
WHERE resolves.recorded_to = $forever
RETURN record.id AS id, record.agency AS agency, version.sealed AS sealed, entity.id AS entity
ORDER BY id
