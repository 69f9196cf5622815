// A few entities of each kind, whichever come first: what a service that has just started practises on.
// access: read
// column addresses: list of string
// column people: list of string
// column households: list of string
CALL () { MATCH (address:Address) WHERE address.shielded IS NULL WITH address LIMIT 5 RETURN collect(address.id) AS addresses }
CALL () { MATCH (person:Person) WHERE person.shielded IS NULL WITH person LIMIT 5 RETURN collect(person.id) AS people }
CALL () { MATCH (household:Household) WITH household LIMIT 5 RETURN collect(household.id) AS households }
RETURN addresses, people, households
