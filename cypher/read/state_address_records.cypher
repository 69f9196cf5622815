// Address records as they were when they were last resolved, to restore the resolver. In pages by id.
// A page is one row of lists, for a row costs the driver more than what is in it.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string, rising; empty after the last page
// column agencies: list of string
// column sealed: list of bytes, the encodings that were resolved
// column entities: list of string, '' for none
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after AND record.resolved IS NOT NULL
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = record.resolved
OPTIONAL MATCH (record)-[resolves:RESOLVES_TO]->(entity:Address)
WHERE resolves.recorded_to = $forever
WITH record, version, entity ORDER BY record.id
RETURN collect(record.id) AS ids, collect(record.agency) AS agencies, collect(version.sealed) AS sealed,
       collect(coalesce(entity.id, '')) AS entities
