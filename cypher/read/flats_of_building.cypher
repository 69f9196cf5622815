// Flats whose building was typed, to list where nothing is known of the building itself, with what tells their buildings apart.
// Where one place was found as typed, those of other buildings alone: which of them was meant nobody can tell.
// access: read
// param $building: list of string, tokens of number or name, street and postcode
// param $postcode_building: list of string, tokens of number or name and postcode, where no street was typed
// param $street_building: list of map, {token, area} of number or name and street, in the area if one is given
// param $found: string, id of the place that was found, or nothing
// param $as_of: string, as ISO text: the moment of which the answer is
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not listed
// column units: list of map, {id, buildings, numbers, areas}: tokens of number, street and postcode, of number and postcode, and of number, street and area; nothing where none was found as typed and some of them is in a building that is known
WITH datetime($as_of) AS as_of
CALL (as_of) {
  MATCH (house:Address {id: $found})<-[link:RESOLVES_TO]-(own:AddressRecord)
  WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
  // A house of which no postcode is known is that of all flats of its number, street and area.
  RETURN CASE WHEN count(own.postcode_place) = 0 THEN collect(DISTINCT own.area_building) ELSE [] END AS own_areas
}
CALL () {
  UNWIND $building AS token
  MATCH (record:AddressRecord {building: token})
  USING INDEX SEEK record:AddressRecord(building)
  WHERE record.building <> record.place
  RETURN record
UNION
  UNWIND $postcode_building AS token
  MATCH (record:AddressRecord {postcode_building: token})
  USING INDEX SEEK record:AddressRecord(postcode_building)
  WHERE record.postcode_building <> record.postcode_place
  RETURN record
UNION
  UNWIND $street_building AS seek
  MATCH (record:AddressRecord {street_building: seek.token})
  USING INDEX SEEK record:AddressRecord(street_building)
  WHERE record.street_building <> record.street_place
    AND (seek.area = '' OR seek.area IN [record.area_building, record.local_building])
  RETURN record
}
WITH as_of, own_areas, record WHERE record.shielded IS NULL AND record.agency <> $gazetteer
  AND record.recorded_from <= as_of AND record.recorded_to > as_of
  AND (EXISTS { (record)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
    OR EXISTS { (record)-->(c:Contact) WHERE c.shielded IS NULL }
    OR NOT EXISTS { (record)<-[:LIVES_AT]-() } AND NOT EXISTS { (record)-->(:Contact) })
MATCH (record)-[link:RESOLVES_TO]->(unit:Address)
WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND unit.shielded IS NULL
WITH own_areas, unit, collect(DISTINCT record.building) AS buildings, collect(DISTINCT record.postcode_building) AS numbers,
  collect(DISTINCT record.area_building) AS areas,
  EXISTS {
    MATCH (unit)-[:PART_OF]->(building:Address)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_from <= as_of AND known.recorded_to > as_of AND building.shielded IS NULL AND
      // part: address_spoken_of
  } AS within,
  EXISTS { (unit)-[:PART_OF|MAY_BE_PART_OF]->(:Address {id: $found}) } AS of_found
ORDER BY unit.id
WITH unit{.id, buildings: buildings, numbers: numbers, areas: areas} AS row, within,
  of_found OR any(area IN areas WHERE area IN own_areas) AS of_found
WITH collect(row) AS units, collect(CASE WHEN NOT of_found THEN row END) AS others, collect(within) AS within
RETURN CASE WHEN $found <> '' THEN others WHEN true IN within THEN [] ELSE units END AS units
