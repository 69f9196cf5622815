// Address records that an agency withdrew before a moment, where nobody lived and nothing happened. In pages by id.
// access: read
// param $agency: string
// param $before: date-time
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after AND record.agency = $agency AND record.recorded_to < $before
  AND record.held IS NULL AND record.shield_decided IS NULL
  AND NOT EXISTS { (record)<-[:LIVES_AT]-() } AND NOT EXISTS { (record)-->(:Contact) }
RETURN record.id AS id
ORDER BY id
LIMIT $limit
