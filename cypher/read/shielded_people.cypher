// Who is shielded, for those who keep people in memory.
// access: read
// column people: list of string
MATCH (person:Person)
USING INDEX person:Person(shielded)
WHERE person.shielded = true
RETURN collect(person.id) AS people
