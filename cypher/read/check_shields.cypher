// Shields that are not as they must be: how many of each fault.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column exposed: integer, live, to be shielded, and not
// column unfounded: integer, live and shielded, without any record, building or home that says so
// column parted: integer, records whose shield is not that of who they are
// column contacts: integer, contacts whose shield is not that of whom they touch
CALL () {
  MATCH (entity:Person|Address) WHERE entity.recorded_to = $forever
  WITH entity, coalesce(entity.shielded, false) AS is, EXISTS {
    MATCH (entity)-[:PART_OF*0..1]->()<-[resolves:RESOLVES_TO]-(said)
    WHERE resolves.recorded_to = $forever AND coalesce(said.shield_decided, said.shield_said, false)
  } AS said
  WITH is, said, EXISTS {
    MATCH (entity)<-[resolves:RESOLVES_TO]-(:PersonRecord)-[stay:LIVES_AT]->(home:AddressRecord)
    WHERE resolves.recorded_to = $forever AND stay.recorded_to = $forever AND (stay.valid_to > datetime() OR stay.lapsed) AND home.shielded
  } AS lives, EXISTS {
    // A stay may have run out since anything was last written about them.
    MATCH (entity)<-[resolves:RESOLVES_TO]-(:PersonRecord)-[:LIVES_AT]->(home:AddressRecord)
    WHERE resolves.recorded_to = $forever AND home.shielded
  } AS lived
  RETURN count(CASE WHEN (said OR lives) AND NOT is THEN 1 END) AS exposed,
         count(CASE WHEN is AND NOT said AND NOT lived THEN 1 END) AS unfounded
}
CALL () {
  MATCH (record:PersonRecord|AddressRecord)-[resolves:RESOLVES_TO]->(entity)
  WHERE resolves.recorded_to = $forever AND record.recorded_to = $forever
    AND coalesce(record.shielded, false) <> coalesce(entity.shielded, false)
  RETURN count(*) AS parted
}
CALL () {
  MATCH (contact:Contact) WHERE contact.recorded_to = $forever
  WITH coalesce(contact.shielded, false) AS is, EXISTS { MATCH (contact)<--(place:AddressRecord) WHERE place.shielded }
    OR (EXISTS { MATCH (contact)<--(one:PersonRecord) WHERE one.shielded OR one.restricted }
      AND NOT EXISTS { 
        MATCH (contact)<--(other:PersonRecord)
        WHERE other.shielded IS NULL AND other.restricted IS NULL AND other.recorded_to = $forever
      }) AS to_be
  RETURN count(CASE WHEN is <> to_be THEN 1 END) AS contacts
}
RETURN exposed, unfounded, parted, contacts
