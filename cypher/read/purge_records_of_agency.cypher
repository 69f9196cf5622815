// Records of one agency, in pages by id, and whether a legal hold keeps them.
// access: read
// param $agency: string
// param $after: string, last id of the page before, or ''
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column persons: list of string
// column addresses: list of string
// column held: list of string, those of both kinds that are to be kept
// column last: string, the last id of the page; '' after the last page
CALL () {
  MATCH (record:PersonRecord)
  USING INDEX record:PersonRecord(id)
  WHERE record.id > $after AND record.agency = $agency
  RETURN record ORDER BY record.id LIMIT $limit
UNION
  MATCH (record:AddressRecord)
  USING INDEX record:AddressRecord(id)
  WHERE record.id > $after AND record.agency = $agency
  RETURN record ORDER BY record.id LIMIT $limit
}
WITH record ORDER BY record.id LIMIT $limit
WITH record, record:PersonRecord AS person, record.held IS NOT NULL OR EXISTS {
  MATCH (record)-[ours:RESOLVES_TO]->()<-[theirs:RESOLVES_TO]-(other)
  WHERE ours.recorded_to = $forever AND theirs.recorded_to = $forever AND other.held IS NOT NULL
} OR EXISTS { MATCH (record)<-[:LIVES_AT]-(resident:PersonRecord) WHERE resident.held IS NOT NULL } AS held
RETURN collect(CASE WHEN person THEN record.id END) AS persons, collect(CASE WHEN NOT person THEN record.id END) AS addresses,
       collect(CASE WHEN held THEN record.id END) AS held, coalesce(max(record.id), '') AS last
