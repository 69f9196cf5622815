// Records that belong to nobody yet: shielded while they are to be, or while they live at a shielded address.
// access: write
// param $persons: list of string, ids of person records
// param $addresses: list of string, ids of address records
// param $at: date-time, of this transaction
// param $forever: date-time, the end of an interval that has not ended
// column persons: list of string, of those whose shield changed
// column addresses: list of string, of those whose shield changed
CALL () {
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})
  USING INDEX SEEK record:AddressRecord(id)
  WHERE record.recorded_to = $forever
    AND NOT EXISTS { MATCH (record)-[resolves:RESOLVES_TO]->() WHERE resolves.recorded_to = $forever }
  WITH record, coalesce(record.shield_decided, record.shield_said, false) AS shielded
  WHERE coalesce(record.shielded, false) <> shielded
  SET record.shielded = CASE WHEN shielded THEN true END
  RETURN collect(record.id) AS addresses
}
CALL (addresses) {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})
  USING INDEX SEEK record:PersonRecord(id)
  WHERE record.recorded_to = $forever
    AND NOT EXISTS { MATCH (record)-[resolves:RESOLVES_TO]->() WHERE resolves.recorded_to = $forever }
  WITH record, coalesce(record.shield_decided, record.shield_said, false) OR EXISTS {
    MATCH (record)-[stay:LIVES_AT]->(home:AddressRecord)
    WHERE stay.recorded_to = $forever AND (stay.valid_to > $at OR stay.lapsed) AND home.shielded
  } AS shielded
  WHERE coalesce(record.shielded, false) <> shielded
  SET record.shielded = CASE WHEN shielded THEN true END
  RETURN collect(record.id) AS persons
}
RETURN persons, addresses
