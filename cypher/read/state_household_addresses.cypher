// Addresses of the households that some people are members of.
// access: read
// param $people: list of string
// column address: string
UNWIND $people AS id
MATCH (person:Person {id: id})-[:MEMBER_OF]->(:Household)-[:HOUSEHOLD_AT]->(address:Address)
USING INDEX SEEK person:Person(id)
RETURN DISTINCT address.id AS address
