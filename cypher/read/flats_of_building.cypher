// Flats whose building was typed, to list where nothing is known of the building itself, with what tells their buildings apart.
// access: read
// param $building: list of string, tokens of number or name, street and postcode
// param $postcode_building: list of string, tokens of number or name and postcode, where no street was typed
// param $street_building: list of map, {token, area} of number or name and street, in the area if one is given
// param $as_of: string, as ISO text: the moment of which the answer is
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not listed
// column units: list of map, {id, buildings, numbers, areas}: tokens of number, street and postcode, of number and postcode, and of number, street and area; nothing where some of them is in a building that is known
WITH datetime($as_of) AS as_of
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
WITH as_of, record WHERE record.shielded IS NULL AND record.agency <> $gazetteer
  AND record.recorded_from <= as_of AND record.recorded_to > as_of
  AND (EXISTS { (record)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
    OR EXISTS { (record)-->(c:Contact) WHERE c.shielded IS NULL }
    OR NOT EXISTS { (record)<-[:LIVES_AT]-() } AND NOT EXISTS { (record)-->(:Contact) })
MATCH (record)-[link:RESOLVES_TO]->(unit:Address)
WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND unit.shielded IS NULL
WITH unit, collect(DISTINCT record.building) AS buildings, collect(DISTINCT record.postcode_building) AS numbers,
  collect(DISTINCT record.area_building) AS areas,
  EXISTS {
    MATCH (unit)-[:PART_OF]->(building:Address)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_from <= as_of AND known.recorded_to > as_of AND building.shielded IS NULL AND
      // part: address_spoken_of
  } AS within
ORDER BY unit.id
WITH collect(unit{.id, buildings: buildings, numbers: numbers, areas: areas}) AS units, collect(within) AS within
RETURN CASE WHEN true IN within THEN [] ELSE units END AS units
