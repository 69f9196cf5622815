// The households that some people are or were members of; one row of lists side by side.
// access: read
// param $people: list of string
// column person: list of string
// column household: list of string
UNWIND $people AS id
MATCH (person:Person {id: id})-[:MEMBER_OF]->(household:Household)
USING INDEX SEEK person:Person(id)
WITH DISTINCT id, household.id AS home
RETURN collect(id) AS person, collect(home) AS household
