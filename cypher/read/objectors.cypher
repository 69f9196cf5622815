// Which of some people object to research: one of their records is marked so.
// access: read
// param $people: list of string, ids of people
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// column objectors: list of string
WITH datetime($now) AS now
UNWIND $people AS id
MATCH (p:Person {id: id})<-[link:RESOLVES_TO]-(r:PersonRecord)
USING INDEX SEEK p:Person(id)
WHERE link.recorded_from <= now AND link.recorded_to > now AND r.objected
RETURN collect(DISTINCT id) AS objectors
