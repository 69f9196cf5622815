// Address records of which nothing is left once some person records and contacts are gone: nobody was said to live
// there, and nothing happened there. One under legal hold stays, and so does one that somebody decided to shield.
// access: read
// param $persons: list of string, ids of person records that go
// param $versions: list of string, of contacts that go
// param $touches: list of map, {place, version}: what contacts that stay touch no more
// column addresses: list of string
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})-[:LIVES_AT]->(place:AddressRecord)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN place
UNION
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})<--(place:AddressRecord)
  USING INDEX SEEK contact:Contact(version)
  RETURN place
}
WITH DISTINCT place
WHERE place.held IS NULL AND place.shield_decided IS NULL
  AND NOT EXISTS { MATCH (place)<-[:LIVES_AT]-(other:PersonRecord) WHERE NOT other.id IN $persons }
  AND NOT EXISTS {
    MATCH (place)-->(contact:Contact)
    WHERE NOT contact.version IN $versions AND NOT {place: place.id, version: contact.version} IN $touches
  }
RETURN collect(place.id) AS addresses
