// Who lives and lived in which household at some addresses, and at those where some people live or lived. Nobody and
// nothing that is shielded.
// access: read
// param $people: list of string
// param $addresses: list of string
// column all_addresses: list of string, those that were looked at
// column all_households: list of string, of those addresses, also where nobody ever lived
// column people: list of string, side by side with what follows
// column households: list of string
// column addresses: list of string
// column communal: list of boolean
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
CALL () {
  UNWIND $people AS id
  MATCH (person:Person {id: id})-[:MEMBER_OF]->(:Household)-[:HOUSEHOLD_AT]->(address:Address)
  USING INDEX SEEK person:Person(id)
  RETURN address
UNION
  UNWIND $addresses AS id
  MATCH (address:Address {id: id})
  USING INDEX SEEK address:Address(id)
  RETURN address
}
WITH DISTINCT address WHERE address.shielded IS NULL
WITH collect(address) AS all
CALL (all) {
  UNWIND all AS address
  MATCH (address)<-[:HOUSEHOLD_AT]-(household:Household)<-[member:MEMBER_OF]-(person:Person)
  WHERE household.shielded IS NULL AND person.shielded IS NULL
  RETURN collect(person.id) AS people, collect(household.id) AS households, collect(address.id) AS addresses,
    collect(coalesce(household.communal, false)) AS communal, collect(member.from.epochMillis) AS starts,
    collect(member.to.epochMillis) AS ends
}
CALL (all) {
  UNWIND all AS address
  MATCH (address)<-[:HOUSEHOLD_AT]-(household:Household)
  WHERE household.shielded IS NULL
  RETURN collect(household.id) AS all_households
}
RETURN [address IN all | address.id] AS all_addresses, all_households, people, households, addresses, communal, starts, ends
