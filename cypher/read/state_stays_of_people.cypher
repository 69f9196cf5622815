// Every believed stay of some people at a resolved address, through any of their records.
// access: read
// param $people: list of string
// param $forever: date-time, the end of an interval that has not ended
// column person: string
// column address: string
// column valid_from: string, a moment
// column seen_at: string, a moment
// column valid_to: string, a moment
// column inferred: boolean
UNWIND $people AS id
MATCH (person:Person {id: id})<-[ours:RESOLVES_TO]-(record:PersonRecord)
WHERE ours.recorded_to = $forever
MATCH (record)-[stay:LIVES_AT]->(place:AddressRecord)
WHERE stay.recorded_to = $forever
MATCH (place)-[resolves:RESOLVES_TO]->(address:Address)
WHERE resolves.recorded_to = $forever
RETURN person.id AS person, address.id AS address, toString(stay.valid_from) AS valid_from,
       toString(stay.seen_at) AS seen_at, toString(stay.valid_to) AS valid_to, stay.inferred AS inferred
