// The households of some addresses with their members.
// access: read
// param $addresses: list of string
// column address: string
// column household: string
// column communal: boolean
// column members: list of map, person, start, end, inferred; moments as text
UNWIND $addresses AS id
MATCH (address:Address {id: id})<-[:HOUSEHOLD_AT]-(household:Household)
USING INDEX SEEK address:Address(id)
MATCH (household)<-[member:MEMBER_OF]-(person:Person)
RETURN address.id AS address, household.id AS household, household.communal AS communal,
       collect({
         person: person.id, start: toString(member.from), end: toString(member.to), inferred: member.inferred
       }) AS members
