// Which of some people are shielded.
// access: read
// param $people: list of string
// column people: list of string
UNWIND $people AS id
MATCH (person:Person {id: id})
USING INDEX SEEK person:Person(id)
WHERE person.shielded
RETURN collect(person.id) AS people
