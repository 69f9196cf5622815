// What the address records say now that changed since they were last resolved, a few of them, oldest change first.
// access: read
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string
// column agencies: list of string
// column pending: list of integer, number of the transaction that changed it
// column versions: list of string, '' for a retracted one
// column sealed: list of bytes, with '' for a retracted one
MATCH (record:AddressRecord)
USING INDEX SEEK record:AddressRecord(pending)
WHERE record.pending > 0
WITH record, record.pending AS pending
ORDER BY pending, record.id
LIMIT $limit
OPTIONAL MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = record.version AND record.recorded_to = $forever
WITH record, pending, version ORDER BY pending, record.id
RETURN collect(record.id) AS ids, collect(record.agency) AS agencies, collect(pending) AS pending,
       collect(coalesce(version.id, '')) AS versions, collect(coalesce(version.sealed, '')) AS sealed
