// Addresses whose building may have changed when some addresses did: themselves, the units in them, those that might be
// in them were it not for another building, and those that their records name.
// access: read
// param $addresses: list of string
// param $gazetteer: string, the reserved agency of a gazetteer
// param $forever: date-time, the end of an interval that has not ended
// column unit: string
UNWIND $addresses AS id
MATCH (address:Address {id: id})
USING INDEX SEEK address:Address(id)
CALL (address) {
  RETURN address AS unit
UNION
  MATCH (address)<-[:PART_OF|MAY_BE_PART_OF]-(unit:Address)
  RETURN unit
UNION
  MATCH (address)<-[ours:RESOLVES_TO]-(whole:AddressRecord)
  WHERE ours.recorded_to = $forever AND coalesce(whole.building = whole.place, whole.place IS NOT NULL)
  // Agencies' records of one building share its place; and a record of a whole building is part of nothing.
  WITH DISTINCT whole.place AS place
  MATCH (part:AddressRecord {building: place})
  USING INDEX SEEK part:AddressRecord(building)
  WHERE part.place <> part.building
  MATCH (part)-[theirs:RESOLVES_TO]->(unit:Address)
  WHERE theirs.recorded_to = $forever
  RETURN unit
UNION
  MATCH (address)<-[ours:RESOLVES_TO]-(whole:AddressRecord)
  WHERE ours.recorded_to = $forever AND whole.postcode_building = whole.postcode_place
  // The same by number and postcode, for units whose street is misspelt or missing.
  WITH DISTINCT whole.postcode_place AS place
  MATCH (part:AddressRecord {postcode_building: place})
  USING INDEX SEEK part:AddressRecord(postcode_building)
  WHERE part.postcode_place <> part.postcode_building
  MATCH (part)-[theirs:RESOLVES_TO]->(unit:Address)
  WHERE theirs.recorded_to = $forever
  RETURN unit
UNION
  MATCH (address)<-[ours:RESOLVES_TO]-(whole:AddressRecord)
  WHERE ours.recorded_to = $forever AND whole.street_building = whole.street_place
  // The same by number, street and area, for units of which no postcode is said.
  WITH DISTINCT whole.area_building AS place
  MATCH (part:AddressRecord {area_building: place})
  USING INDEX SEEK part:AddressRecord(area_building)
  WHERE part.street_place <> part.street_building AND part.postcode_building IS NULL
  MATCH (part)-[theirs:RESOLVES_TO]->(unit:Address)
  WHERE theirs.recorded_to = $forever
  RETURN unit
UNION
  MATCH (address)<-[ours:RESOLVES_TO]-(whole:AddressRecord)
  WHERE ours.recorded_to = $forever AND whole.agency = $gazetteer AND whole.uprn IS NOT NULL
  // A gazetteer names what a property is a part of by its number.
  WITH DISTINCT whole.uprn AS number
  MATCH (part:AddressRecord {parent_uprn: number})
  USING INDEX SEEK part:AddressRecord(parent_uprn)
  MATCH (part)-[theirs:RESOLVES_TO]->(unit:Address)
  WHERE theirs.recorded_to = $forever
  RETURN unit
}
RETURN DISTINCT unit.id AS unit
