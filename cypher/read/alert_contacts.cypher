// Present contacts for which alerts are worked out: of some people, of others while they lived somewhere, and of places,
// with whom of those each touches; nothing and nobody shielded. Of both kinds only what rules look at.
// access: read
// param $people: list of string
// param $types: list of string, of contacts of these people, or
// param $least: integer, of at least this severity
// param $stays: list of map, person, start and end (milliseconds since 1970)
// param $places: list of string, addresses
// param $home_types: list of string, of contacts of stays and places, or
// param $home_least: integer, of at least this severity
// param $forever: date-time, the end of an interval that has not ended
// column versions: list of string, side by side with what follows
// column ids: list of string
// column types: list of string
// column agencies: list of string
// column data_classes: list of string
// column agreements: list of string, '' for none
// column severities: list of integer
// column categories: list of string, '' for none
// column teams: list of string, '' for none
// column at: list of integer, milliseconds since 1970
// column closed_at: list of integer, -1 for none
// column open: list of boolean
// column touches: list of list of string, person or address and role by turns
CALL () {
  UNWIND $people AS id
  MATCH (entity:Person {id: id})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK entity:Person(id)
  WHERE resolves.recorded_to = $forever AND entity.shielded IS NULL
  MATCH (record)-[touch]->(contact:Contact)
  WHERE contact.type IN $types OR contact.severity >= $least
  RETURN contact, id, touch.role AS role
UNION
  UNWIND $stays AS stay
  MATCH (entity:Person {id: stay.person})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
  USING INDEX SEEK entity:Person(id)
  WHERE resolves.recorded_to = $forever AND entity.shielded IS NULL
  MATCH (record)-[touch]->(contact:Contact)
  WHERE (contact.type IN $home_types OR contact.severity >= $home_least)
    AND stay.start <= contact.at.epochMillis AND contact.at.epochMillis < stay.end
  RETURN contact, stay.person AS id, touch.role AS role
UNION
  UNWIND $places AS id
  MATCH (entity:Address {id: id})<-[resolves:RESOLVES_TO]-(record:AddressRecord)
  USING INDEX SEEK entity:Address(id)
  WHERE resolves.recorded_to = $forever AND entity.shielded IS NULL
  MATCH (record)-[touch]->(contact:Contact)
  WHERE contact.type IN $home_types OR contact.severity >= $home_least
  RETURN contact, id, touch.role AS role
}
WITH contact, id, role WHERE contact.recorded_to = $forever AND contact.shielded IS NULL
WITH contact, collect([id, role]) AS pairs
WITH collect(contact) AS page, collect(reduce(said = [], pair IN pairs | said + pair)) AS touches
RETURN
// part: contact_columns
  touches
