// Ids of address records that changed since they were last resolved, oldest change first, many to a row.
// access: read
// param $limit: integer
// column ids: list of string
MATCH (record:AddressRecord)
USING INDEX SEEK record:AddressRecord(pending)
WHERE record.pending > 0
WITH record.id AS id, record.pending AS pending
ORDER BY pending, id
LIMIT $limit
WITH collect(id) AS ids
UNWIND range(0, size(ids) - 1, 10000) AS at
RETURN ids[at..at + 10000] AS ids
