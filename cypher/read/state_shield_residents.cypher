// Records of whoever is believed to live at some address records, and the people that they are.
// access: read
// param $addresses: list of string, ids of address records
// param $forever: date-time, the end of an interval that has not ended
// column records: list of string
// column people: list of string
UNWIND $addresses AS id
MATCH (home:AddressRecord {id: id})<-[stay:LIVES_AT]-(record:PersonRecord)
USING INDEX SEEK home:AddressRecord(id)
WHERE stay.recorded_to = $forever
OPTIONAL MATCH (record)-[resolves:RESOLVES_TO]->(person:Person)
WHERE resolves.recorded_to = $forever
RETURN collect(DISTINCT record.id) AS records, collect(DISTINCT person.id) AS people
