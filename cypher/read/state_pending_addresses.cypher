// Ids of address records that changed since they were last resolved, oldest change first.
// access: read
// param $limit: integer
// column id: string
// column pending: integer, number of the transaction that changed it
MATCH (record:AddressRecord)
WHERE record.pending > 0
RETURN record.id AS id, record.pending AS pending
ORDER BY pending, id
LIMIT $limit
