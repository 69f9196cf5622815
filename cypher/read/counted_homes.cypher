// Who lived in which household where, as `read.known_homes` has it: some people, and whoever lived in some households.
// access: read
// param $people: list of string
// param $households: list of string
// column people: list of string
// column households: list of string
// column addresses: list of string
// column communal: list of boolean
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
CALL () {
  UNWIND $people AS id
  MATCH (person:Person {id: id})-[member:MEMBER_OF]->(household:Household)
  USING INDEX SEEK person:Person(id)
  RETURN person, member, household
UNION
  UNWIND $households AS id
  MATCH (household:Household {id: id})<-[member:MEMBER_OF]-(person:Person)
  USING INDEX SEEK household:Household(id)
  RETURN person, member, household
}
MATCH (household)-[:HOUSEHOLD_AT]->(address:Address)
WHERE person.shielded IS NULL AND household.shielded IS NULL AND address.shielded IS NULL
RETURN collect(person.id) AS people, collect(household.id) AS households, collect(address.id) AS addresses,
  collect(household.communal) AS communal, collect(member.from.epochMillis) AS starts, collect(member.to.epochMillis) AS ends
