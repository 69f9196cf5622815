// Links each unit to its building: the address of a record without a unit at the unit's own building. Buildings of
// which none is taken are linked as well, under another name: once one of them goes, the unit is looked at again.
// access: write
// param $units: list of string, ids of addresses
// param $gazetteer: string, the reserved agency of a gazetteer
// param $forever: date-time, the end of an interval that has not ended
UNWIND $units AS id
MATCH (unit:Address {id: id})
USING INDEX SEEK unit:Address(id)
OPTIONAL MATCH (unit)-[former:PART_OF|MAY_BE_PART_OF]->()
DELETE former
WITH DISTINCT unit
MATCH (unit)<-[ours:RESOLVES_TO]-(record:AddressRecord)
WHERE ours.recorded_to = $forever
WITH unit, collect(DISTINCT CASE WHEN record.building <> record.place THEN record.building END) AS buildings,
     collect(DISTINCT CASE WHEN record.postcode_building <> record.postcode_place THEN record.postcode_building END) AS numbers,
     collect(DISTINCT CASE WHEN coalesce(record.building = record.place, true) THEN record.place END) AS wholes,
     collect(DISTINCT CASE WHEN record.postcode_building = record.postcode_place THEN record.postcode_place END) AS whole_numbers,
     collect(DISTINCT CASE WHEN record.street_building <> record.street_place THEN record.area_building END) AS areas,
     count(record.postcode_building) AS postcodes,
     collect(DISTINCT record.parent_uprn) AS parents
// What a gazetteer says a property is a part of comes before what is read from how it is written.
CALL (unit, parents) {
  UNWIND parents AS parent
  MATCH (whole:AddressRecord {uprn: parent})-[resolves:RESOLVES_TO]->(address:Address)
  USING INDEX SEEK whole:AddressRecord(uprn)
  WHERE resolves.recorded_to = $forever AND whole.agency = $gazetteer AND address <> unit
  RETURN collect(DISTINCT address) AS owners
}
// An address that holds the building's own record is the building: it is never part of another one.
CALL (unit, buildings, wholes, owners) {
  UNWIND [building IN buildings WHERE size(owners) = 0 AND NOT building IN wholes] AS building
  MATCH (whole:AddressRecord {place: building})-[resolves:RESOLVES_TO]->(address:Address)
  USING INDEX SEEK whole:AddressRecord(place)
  WHERE resolves.recorded_to = $forever AND coalesce(whole.building = whole.place, true) AND address <> unit
  RETURN collect(DISTINCT address) AS named
}
// Where the street is misspelt or missing: number and postcode decide it.
CALL (unit, numbers, whole_numbers, named, owners) {
  UNWIND [number IN numbers WHERE size(owners) = 0 AND size(named) = 0 AND NOT number IN whole_numbers] AS number
  MATCH (whole:AddressRecord {postcode_place: number})-[resolves:RESOLVES_TO]->(address:Address)
  USING INDEX SEEK whole:AddressRecord(postcode_place)
  WHERE resolves.recorded_to = $forever AND address <> unit
  RETURN collect(DISTINCT address) AS numbered
}
// Where no postcode is given: number, street, locality and town decide it, all of them alike.
CALL (unit, areas, postcodes, owners) {
  UNWIND [area IN areas WHERE size(owners) = 0 AND postcodes = 0] AS area
  MATCH (whole:AddressRecord {area_building: area})-[resolves:RESOLVES_TO]->(address:Address)
  USING INDEX SEEK whole:AddressRecord(area_building)
  WHERE resolves.recorded_to = $forever AND whole.street_building = whole.street_place AND address <> unit
  RETURN collect(DISTINCT address) AS placed
}
// Two buildings of one number and postcode, or of one number, street and area: neither is taken.
CALL (unit, owners, named, numbered, placed) {
  UNWIND owners + named + CASE WHEN size(numbered + placed) = 1 THEN numbered + placed ELSE [] END AS address
  MERGE (unit)-[:PART_OF]->(address)
}
CALL (unit, numbered, placed) {
  UNWIND CASE WHEN size(numbered + placed) > 1 THEN numbered + placed ELSE [] END AS address
  MERGE (unit)-[:MAY_BE_PART_OF]->(address)
}
