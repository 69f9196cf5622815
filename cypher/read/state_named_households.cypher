// Some households with their members; of communal ones only some of them.
// access: read
// param $households: list of string
// param $people: list of string, members wanted of communal households
// column address: string
// column household: string
// column communal: boolean
// column members: list of map, person, start, end, inferred; moments as text
UNWIND $households AS id
MATCH (household:Household {id: id})-[:HOUSEHOLD_AT]->(address:Address)
USING INDEX SEEK household:Household(id)
MATCH (household)<-[member:MEMBER_OF]-(person:Person)
WHERE NOT household.communal OR person.id IN $people
RETURN address.id AS address, household.id AS household, household.communal AS communal,
       collect({
         person: person.id, start: toString(member.from), end: toString(member.to), inferred: member.inferred
       }) AS members
