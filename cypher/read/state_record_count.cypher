// How many live records of each kind there are.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column persons: integer
// column addresses: integer
CALL () { MATCH (person:PersonRecord) WHERE person.recorded_to = $forever RETURN count(*) AS persons }
CALL () { MATCH (address:AddressRecord) WHERE address.recorded_to = $forever RETURN count(*) AS addresses }
RETURN persons, addresses
