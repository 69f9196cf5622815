// Address records that belong to nobody any more: they were retracted.
// access: write
// param $records: list of string
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $records AS id
MATCH (record:AddressRecord {id: id})-[resolves:RESOLVES_TO]->(:Address)
USING INDEX SEEK record:AddressRecord(id)
WHERE resolves.recorded_to = $forever
SET resolves.recorded_to = $at
