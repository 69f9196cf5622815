// Addresses of one number and flat whose street begins or ends as a typed one does: what may have been meant.
// access: read
// param $street_start: string, token of number, flat and how the street begins
// param $street_end: string, the same of how it ends
// param $as_of: string, as ISO text: the moment of which the answer is
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not offered
// param $limit: integer, records to return
// column ids: list of string, of address records
// column sealed: list of bytes, their current encodings
// column entities: list of string, the addresses that they are
CALL () {
  MATCH (record:AddressRecord {street_start: $street_start}) RETURN record
  UNION
  MATCH (record:AddressRecord {street_end: $street_end}) RETURN record
}
WITH record WHERE record.shielded IS NULL
WITH record, datetime($as_of) AS as_of
WHERE record.recorded_from <= as_of AND record.recorded_to > as_of
  AND (EXISTS { (record)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
    OR EXISTS { (record)-->(c:Contact) WHERE c.shielded IS NULL }
    OR NOT EXISTS { (record)<-[:LIVES_AT]-() } AND NOT EXISTS { (record)-->(:Contact) })
MATCH (record)-[link:RESOLVES_TO]->(address:Address)
WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND address.shielded IS NULL
  AND EXISTS {
    MATCH (address)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_from <= as_of AND known.recorded_to > as_of AND said.agency <> $gazetteer
      AND said.shielded IS NULL AND (EXISTS { (said)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
        OR EXISTS { (said)-->(c:Contact) WHERE c.shielded IS NULL }
        OR NOT EXISTS { (said)<-[:LIVES_AT]-() } AND NOT EXISTS { (said)-->(:Contact) })
  }
MATCH (record)-[:VERSION]->(version:RecordVersion {id: record.version})
WITH record, version, address ORDER BY record.id LIMIT $limit
RETURN collect(record.id) AS ids, collect(version.sealed) AS sealed, collect(address.id) AS entities
