// Which addresses some address records belong to.
// access: read
// param $records: list of string
// param $forever: date-time, the end of an interval that has not ended
// column address: string
UNWIND $records AS id
MATCH (record:AddressRecord {id: id})-[resolves:RESOLVES_TO]->(address:Address)
USING INDEX SEEK record:AddressRecord(id)
WHERE resolves.recorded_to = $forever
RETURN DISTINCT address.id AS address
