// Addresses of the households that some people are members of.
// access: read
// param $people: list of string
// column address: string
UNWIND $people AS id
MATCH (:Person {id: id})-[:MEMBER_OF]->(:Household)-[:HOUSEHOLD_AT]->(address:Address)
RETURN DISTINCT address.id AS address
