// The records of some addresses, with the agency that keeps each and since when it belongs to them.
// access: read
// param $ids: list of string, of addresses
// param $forever: date-time, the end of an interval that has not ended
// column entity: string
// column record: string
// column agency: string
// column since: date-time
// column contested: boolean, always false: marks lie on people's records
UNWIND $ids AS id
MATCH (address:Address {id: id})<-[resolves:RESOLVES_TO]-(said:AddressRecord)
WHERE resolves.recorded_to = $forever AND address.shielded IS NULL AND
    // part: address_spoken_of
RETURN id AS entity, said.id AS record, said.agency AS agency, resolves.recorded_from AS since, false AS contested
ORDER BY entity, record
