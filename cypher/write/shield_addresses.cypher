// Addresses, and the units in them: shielded while a present record of theirs, or of their building, is to be.
// Their records follow. An address that has ended keeps what it had.
// access: write
// param $addresses: list of string
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string, address records whose shield changed
UNWIND $addresses AS id
MATCH (address:Address {id: id})
USING INDEX SEEK address:Address(id)
CALL (address) {
  RETURN address AS one
UNION
  MATCH (address)<-[:PART_OF]-(one:Address)
  RETURN one
}
WITH DISTINCT one
WHERE one.recorded_to = $forever
WITH one, EXISTS {
  MATCH (one)-[:PART_OF*0..1]->(:Address)<-[resolves:RESOLVES_TO]-(said:AddressRecord)
  WHERE resolves.recorded_to = $forever AND coalesce(said.shield_decided, said.shield_said, false)
} AS shielded
SET one.shielded = CASE WHEN shielded THEN true END
WITH one, shielded
MATCH (one)<-[resolves:RESOLVES_TO]-(record:AddressRecord)
WHERE resolves.recorded_to = $forever AND coalesce(record.shielded, false) <> shielded
SET record.shielded = CASE WHEN shielded THEN true END
RETURN collect(record.id) AS records
