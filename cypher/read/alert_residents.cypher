// Who lives and lived in some households, and at some addresses in any. Nobody and nothing that is shielded.
// access: read
// param $households: list of string
// param $addresses: list of string
// column people: list of string, side by side with what follows
// column households: list of string
// column addresses: list of string
// column communal: list of boolean
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
CALL () {
  UNWIND $households AS id
  MATCH (household:Household {id: id})-[:HOUSEHOLD_AT]->(address:Address)
  USING INDEX SEEK household:Household(id)
  RETURN household, address
UNION
  UNWIND $addresses AS id
  MATCH (address:Address {id: id})<-[:HOUSEHOLD_AT]-(household:Household)
  USING INDEX SEEK address:Address(id)
  RETURN household, address
}
MATCH (household)<-[member:MEMBER_OF]-(person:Person)
WHERE household.shielded IS NULL AND address.shielded IS NULL AND person.shielded IS NULL
RETURN collect(person.id) AS people, collect(household.id) AS households, collect(address.id) AS addresses,
  collect(coalesce(household.communal, false)) AS communal, collect(member.from.epochMillis) AS starts,
  collect(member.to.epochMillis) AS ends
