// Links each unit to its building: the address of a record without a unit at the unit's own building.
// access: write
// param $units: list of string, ids of addresses
// param $forever: date-time, the end of an interval that has not ended
UNWIND $units AS id
MATCH (unit:Address {id: id})
USING INDEX SEEK unit:Address(id)
OPTIONAL MATCH (unit)-[former:PART_OF]->()
DELETE former
WITH DISTINCT unit
MATCH (unit)<-[ours:RESOLVES_TO]-(record:AddressRecord)
WHERE ours.recorded_to = $forever
WITH unit, collect(DISTINCT CASE WHEN record.building <> record.place THEN record.building END) AS buildings,
     collect(DISTINCT CASE WHEN coalesce(record.building = record.place, true) THEN record.place END) AS wholes
// An address that holds the building's own record is the building: it is never part of another one.
UNWIND [building IN buildings WHERE NOT building IN wholes] AS building
MATCH (whole:AddressRecord {place: building})-[resolves:RESOLVES_TO]->(address:Address)
USING INDEX SEEK whole:AddressRecord(place)
WHERE resolves.recorded_to = $forever AND coalesce(whole.building = whole.place, true) AND address <> unit
MERGE (unit)-[:PART_OF]->(address)
