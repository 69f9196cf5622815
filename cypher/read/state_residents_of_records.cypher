// Who lives or lived, as it is believed now, at some address records.
// access: read
// param $records: list of string
// param $forever: date-time, the end of an interval that has not ended
// column person: string
UNWIND $records AS id
MATCH (home:AddressRecord {id: id})<-[stay:LIVES_AT]-(:PersonRecord)-[resolves:RESOLVES_TO]->(person:Person)
USING INDEX SEEK home:AddressRecord(id)
WHERE stay.recorded_to = $forever AND resolves.recorded_to = $forever
RETURN DISTINCT person.id AS person
