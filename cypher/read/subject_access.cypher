// All that is held of a person, record by record: for the person. Of others only that, and in what role, a contact touches them.
// access: read
// param $person: string
// param $forever: date-time, the end of an interval that has not ended
// column record: string
// column agency: string
// column feed: string
// column recorded_from: date-time
// column recorded_to: date-time
// column versions: list of map, {from, to} of each: when it was recorded, and until when it stood
// column homes: list of map, {address, from, to, seen, inferred, believed, shielded}
// column contacts: list of map, {id, version, type, at, closed_at, status, agreement, data_class, role, current, shielded, others}
// column relations: list of map, {kind, since}
// column marks: list of map, {kind, at}
// column decisions: integer, of stewards, that name it
MATCH (person:Person {id: $person})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
WHERE person.recorded_to = $forever AND (resolves.recorded_to = $forever OR (record.recorded_to < $forever
  AND NOT EXISTS { MATCH (record)-[later:RESOLVES_TO]->() WHERE later.recorded_to > resolves.recorded_to }))
WITH DISTINCT person, record
RETURN record.id AS record, record.agency AS agency, record.feed AS feed, record.recorded_from AS recorded_from,
  record.recorded_to AS recorded_to,
  COLLECT {
    MATCH (record)-[:VERSION]->(version) WITH version ORDER BY version.recorded_from
    RETURN {from: version.recorded_from, to: version.recorded_to}
  } AS versions,
  COLLECT {
    MATCH (record)-[stay:LIVES_AT]->(home:AddressRecord)
    OPTIONAL MATCH (home)-[of:RESOLVES_TO]->(address:Address) WHERE of.recorded_to = $forever
    WITH stay, home, address ORDER BY stay.valid_from, address.id
    RETURN {address: address.id, from: stay.valid_from, to: stay.valid_to, seen: stay.seen_at, inferred: stay.inferred,
      believed: stay.recorded_to = $forever, shielded: home.shielded IS NOT NULL}
  } AS homes,
  COLLECT {
    MATCH (record)-[touch]->(contact:Contact)
    WITH touch, contact ORDER BY contact.at, contact.version
    RETURN {id: contact.id, version: contact.version, type: contact.type, at: contact.at, closed_at: contact.closed_at,
      status: contact.status, agreement: contact.agreement, data_class: contact.data_class, role: touch.role,
      current: contact.recorded_to = $forever,
      shielded: EXISTS { MATCH (contact)<--(place:AddressRecord) WHERE place.shielded },
      others: COLLECT {
        MATCH (contact)<-[theirs]-(other:PersonRecord)
        WHERE NOT EXISTS { MATCH (other)-[is:RESOLVES_TO]->(person) WHERE is.recorded_to = $forever } AND other <> record
        RETURN {role: theirs.role, shielded: other.shielded IS NOT NULL}
      }}
  } AS contacts,
  COLLECT {
    MATCH (record)-[said:RELATED]->() WHERE said.recorded_to = $forever
    RETURN {kind: said.kind, since: said.recorded_from}
  } AS relations,
  COLLECT { MATCH (mark:Mark)-[:MARKS]->(record) WHERE mark.lifted_at IS NULL RETURN {kind: mark.kind, at: mark.at} } AS marks,
  COUNT { (record)-[:STEWARD]-(:PersonRecord) } AS decisions
ORDER BY agency, record
