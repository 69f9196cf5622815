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
WITH one, shielded, CASE WHEN coalesce(one.shielded, false) <> shielded THEN one.id END AS turned
SET one.shielded = CASE WHEN shielded THEN true END
WITH collect(one) AS all, collect(turned) AS turned
CALL (turned) {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0 AND size(turned) > 0
  CREATE (:AlertDue {due_at: datetime({epochMillis: 0}), versions: [], records: [], around: turned})
}
UNWIND all AS one
MATCH (one)<-[resolves:RESOLVES_TO]-(record:AddressRecord)
WHERE resolves.recorded_to = $forever AND coalesce(record.shielded, false) <> coalesce(one.shielded, false)
SET record.shielded = one.shielded
RETURN collect(record.id) AS records
