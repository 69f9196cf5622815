// How many live records of each kind there are, and of whose people.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column addresses: integer
// column agencies: list of string, rising
// column persons: list of integer, one for each agency
CALL () { MATCH (address:AddressRecord) WHERE address.recorded_to = $forever RETURN count(*) AS addresses }
CALL () {
  MATCH (person:PersonRecord) WHERE person.recorded_to = $forever
  WITH person.agency AS agency, count(*) AS persons ORDER BY agency
  RETURN collect(agency) AS agencies, collect(persons) AS persons
}
RETURN addresses, agencies, persons
