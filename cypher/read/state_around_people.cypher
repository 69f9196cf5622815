// Every believed stay of some people at a resolved address, through any of their records, as lists side by side;
// and the households there and where they are members, whole.
// access: read
// param $people: list of string
// param $forever: date-time, the end of an interval that has not ended
// column people: list of string, one for each stay
// column addresses: list of string
// column valid_from: list of string, moments
// column seen_at: list of string, moments
// column valid_to: list of string, moments
// column inferred: list of boolean
// column lapsed: list of boolean
// column places: list of string, the address of each of those households
// column households: list of string
// column communal: list of boolean
// column members: list of list of string, people of each of them
// column starts: list of list of string, moments
// column ends: list of list of string, moments
// column presumed: list of list of boolean
// column establishments: list of string, addresses among them that some record calls a hostel, a prison ...
CALL () {
  UNWIND $people AS id
  MATCH (person:Person {id: id})<-[ours:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK person:Person(id)
  WHERE ours.recorded_to = $forever
  MATCH (record)-[stay:LIVES_AT]->(place:AddressRecord)
  WHERE stay.recorded_to = $forever
  MATCH (place)-[resolves:RESOLVES_TO]->(address:Address)
  WHERE resolves.recorded_to = $forever
  RETURN collect(id) AS people, collect(address.id) AS addresses,
         collect(toString(stay.valid_from)) AS valid_from, collect(toString(stay.seen_at)) AS seen_at,
         collect(toString(stay.valid_to)) AS valid_to, collect(stay.inferred) AS inferred,
         collect(stay.lapsed IS NOT NULL) AS lapsed,
         collect(DISTINCT address) AS homes
}
CALL () {
  UNWIND $people AS id
  MATCH (person:Person {id: id})-[:MEMBER_OF]->(:Household)-[:HOUSEHOLD_AT]->(address:Address)
  USING INDEX SEEK person:Person(id)
  RETURN collect(DISTINCT address) AS others
}
CALL (homes, others) {
  UNWIND homes + others AS address
  WITH DISTINCT address
  MATCH (address)<-[:HOUSEHOLD_AT]-(household:Household)
  MATCH (household)<-[member:MEMBER_OF]-(person:Person)
  WITH address, household, collect(person.id) AS residing, collect(toString(member.from)) AS began,
       collect(toString(member.to)) AS ended, collect(coalesce(member.inferred, false)) AS unstated
  RETURN collect(address.id) AS places, collect(household.id) AS households,
         collect(coalesce(household.communal, false)) AS communal, collect(residing) AS members,
         collect(began) AS starts, collect(ended) AS ends, collect(unstated) AS presumed
}
CALL (homes, others) {
  UNWIND homes + others AS address
  WITH DISTINCT address
  WHERE EXISTS {
    MATCH (address)<-[known:RESOLVES_TO]-(said:AddressRecord)
    WHERE known.recorded_to = $forever AND said.communal IS NOT NULL AND said.shielded IS NULL
  }
  RETURN collect(address.id) AS establishments
}
RETURN people, addresses, valid_from, seen_at, valid_to, inferred, lapsed, places, households, communal, members,
       starts, ends, presumed, establishments
