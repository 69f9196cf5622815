// Records of addresses that a broken glass found, shielded or not, to see whether one names another house, or floor, than was typed.
// access: read
// param $ids: list of string, ids of addresses
// param $as_of: string, as ISO text: the moment of which the answer is
// param $limit: integer, records of each address to return
// column ids: list of string, of address records
// column sealed: list of bytes, their current encodings
// column entities: list of string, the addresses that they are
// column buildings: list of string, '' for each: what is left out is not offered
WITH datetime($as_of) AS as_of
UNWIND $ids AS id
CALL (id, as_of) {
  MATCH (address:Address {id: id})<-[link:RESOLVES_TO]-(record:AddressRecord)
  WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    AND record.recorded_from <= as_of AND record.recorded_to > as_of
  MATCH (record)-[:VERSION]->(version:RecordVersion {id: record.version})
  WITH record, version, address ORDER BY record.id LIMIT $limit
  RETURN record, version, address
}
WITH record, version, address ORDER BY address.id, record.id
RETURN collect(record.id) AS ids, collect(version.sealed) AS sealed, collect(address.id) AS entities, collect('') AS buildings
