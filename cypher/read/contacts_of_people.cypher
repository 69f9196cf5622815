// Ids of all that happened to some people, whoever may see it: who looked at one of these looked at them.
// access: read
// param $people: list of string
// param $forever: date-time, the end of an interval that has not ended
// column contacts: list of string
UNWIND $people AS id
MATCH (person:Person {id: id})<-[link:RESOLVES_TO]-(:PersonRecord)-->(contact:Contact)
USING INDEX SEEK person:Person(id)
WHERE link.recorded_to = $forever
WITH DISTINCT contact.id AS id ORDER BY id
RETURN collect(id) AS contacts
