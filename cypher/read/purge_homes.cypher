// Places that a contact which stays touches for the sake of somebody who goes alone: nobody else of it lives there, and
// it still touches where somebody of it lives. Without those it would be seen where the one who went was at home.
// access: read
// param $persons: list of string, ids of person records that go
// param $versions: list of string, of contacts that go
// column touches: list of map, {place, version} of an address record and a contact
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})-->(contact:Contact)
USING INDEX SEEK record:PersonRecord(id)
WHERE NOT contact.version IN $versions
WITH DISTINCT record, contact
MATCH (record)-[:LIVES_AT]->(home:AddressRecord)-->(contact)
WITH DISTINCT contact, home
WHERE NOT EXISTS {
    MATCH (contact)<--(other:PersonRecord)-[:LIVES_AT]->(home) WHERE NOT other.id IN $persons
  } AND EXISTS {
    MATCH (contact)<--(other:PersonRecord)-[:LIVES_AT]->(:AddressRecord)-->(contact) WHERE NOT other.id IN $persons
  }
RETURN collect({place: home.id, version: contact.version}) AS touches
