// Addresses of one number and flat whose street begins or ends as a typed one does, or of one postcode, flats of a building that was
// typed and is not known itself, and the building of a flat; and Flat A, 12 where 12A was typed, or the other way: what may have been meant.
// access: read
// param $street_start: string, token of number, flat and how the street begins
// param $street_end: string, the same of how it ends
// param $building_start: string, of a building: token of number and how the street begins
// param $building_end: string, the same of how it ends
// param $postcode_building: string, of a building: token of number or name and postcode
// param $postcode_place: string, token of number or name, flat and postcode
// param $lettered_start: string, the first of these where the letter of the number is the flat's, or the flat's is the number's
// param $lettered_end: string, the same of how the street ends
// param $lettered_postcode: string, the same of the postcode
// param $whole_postcode: string, of a flat: token of its building's number or name and postcode
// param $whole_start: string, of a flat: token of its building's number and how the street begins
// param $whole_end: string, the same of how it ends
// param $as_of: string, as ISO text: the moment of which the answer is
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not offered
// param $limit: integer, records to return
// column ids: list of string, of address records
// column sealed: list of bytes, their current encodings
// column entities: list of string, the addresses that they are
// column buildings: list of string, what each address is a part of, or ''; it may be one that nobody may know of
CALL () {
  MATCH (record:AddressRecord) WHERE record.street_start IN [$street_start, $lettered_start] RETURN record, 0 AS rank
  UNION
  MATCH (record:AddressRecord) WHERE record.street_end IN [$street_end, $lettered_end] RETURN record, 0 AS rank
  UNION
  MATCH (record:AddressRecord) WHERE record.postcode_place IN [$postcode_place, $lettered_postcode] RETURN record, 0 AS rank
  UNION
  MATCH (record:AddressRecord {building_start: $building_start}) RETURN record, 1 AS rank
  UNION
  MATCH (record:AddressRecord {building_end: $building_end}) RETURN record, 1 AS rank
  UNION
  MATCH (record:AddressRecord {postcode_building: $postcode_building})
  WHERE record.postcode_place <> record.postcode_building
  RETURN record, 1 AS rank
  UNION
  MATCH (record:AddressRecord {street_start: $whole_start}) RETURN record, 1 AS rank
  UNION
  MATCH (record:AddressRecord {street_end: $whole_end}) RETURN record, 1 AS rank
  UNION
  MATCH (record:AddressRecord {postcode_place: $whole_postcode}) RETURN record, 1 AS rank
}
WITH record, rank WHERE record.shielded IS NULL
WITH record, rank, datetime($as_of) AS as_of
WHERE record.recorded_from <= as_of AND record.recorded_to > as_of
  AND (EXISTS { (record)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
    OR EXISTS { (record)-->(c:Contact) WHERE c.shielded IS NULL }
    OR NOT EXISTS { (record)<-[:LIVES_AT]-() } AND NOT EXISTS { (record)-->(:Contact) })
MATCH (record)-[link:RESOLVES_TO]->(address:Address)
WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND address.shielded IS NULL
  AND EXISTS {
    // A building is known where a flat of it is.
    MATCH (address)<-[:PART_OF*0..1]-(unit:Address)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_from <= as_of AND known.recorded_to > as_of AND said.agency <> $gazetteer
      AND unit.shielded IS NULL AND
      // part: address_spoken_of
  }
MATCH (record)-[:VERSION]->(version:RecordVersion {id: record.version})
WITH record, version, address, rank ORDER BY rank, record.id LIMIT $limit
WITH record, version, address, coalesce(head([(address)-[:PART_OF]->(building:Address) | building.id]), '') AS building
RETURN collect(record.id) AS ids, collect(version.sealed) AS sealed, collect(address.id) AS entities,
  collect(building) AS buildings
