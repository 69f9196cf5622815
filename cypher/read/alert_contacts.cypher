// Present contacts of some people and addresses, with whom each touches by now; nothing and nobody shielded.
// access: read
// param $people: list of string
// param $addresses: list of string
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
  RETURN record
UNION
  UNWIND $addresses AS id
  MATCH (entity:Address {id: id})<-[resolves:RESOLVES_TO]-(record:AddressRecord)
  USING INDEX SEEK entity:Address(id)
  WHERE resolves.recorded_to = $forever AND entity.shielded IS NULL
  RETURN record
}
MATCH (record)-->(contact:Contact)
WHERE contact.recorded_to = $forever AND contact.shielded IS NULL
WITH DISTINCT contact
WITH collect(contact) AS page
RETURN [contact IN page | contact.version] AS versions,
  [contact IN page | contact.id] AS ids, [contact IN page | contact.type] AS types,
  [contact IN page | contact.agency] AS agencies, [contact IN page | contact.data_class] AS data_classes,
  [contact IN page | coalesce(contact.agreement, '')] AS agreements,
  [contact IN page | contact.severity] AS severities, [contact IN page | coalesce(contact.category, '')] AS categories,
  [contact IN page | coalesce(contact.team, '')] AS teams, [contact IN page | contact.at.epochMillis] AS at,
  [contact IN page | coalesce(contact.closed_at.epochMillis, -1)] AS closed_at,
  [contact IN page | contact.status = 'open'] AS open,
  [contact IN page | reduce(said = [], pair IN
    [(contact)<-[touch]-(record:PersonRecord|AddressRecord)-[resolves:RESOLVES_TO]->(entity)
      WHERE resolves.recorded_to = $forever AND entity.shielded IS NULL | [entity.id, touch.role]] | said + pair)] AS touches
