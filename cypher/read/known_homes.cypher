// Who lived in which household where, as it is believed now, a page of people at a time. Nobody and nothing shielded.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column last: optional string, last person who was looked at
// column people: list of string
// column households: list of string
// column addresses: list of string
// column communal: list of boolean
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
MATCH (person:Person)
USING INDEX person:Person(id)
WHERE person.id > $after
WITH person ORDER BY person.id LIMIT $limit
WITH collect(person) AS page
WITH page[size(page) - 1].id AS last, page
CALL (page) {
  UNWIND page AS person
  MATCH (person)-[member:MEMBER_OF]->(household:Household)-[:HOUSEHOLD_AT]->(address:Address)
  WHERE person.shielded IS NULL AND household.shielded IS NULL AND address.shielded IS NULL
  RETURN collect(person.id) AS people, collect(household.id) AS households, collect(address.id) AS addresses,
    collect(household.communal) AS communal, collect(member.from.epochMillis) AS starts, collect(member.to.epochMillis) AS ends
}
RETURN last, people, households, addresses, communal, starts, ends
