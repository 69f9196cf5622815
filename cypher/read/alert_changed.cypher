// Contacts that came, changed or went, and those of records that are or were somebody else's; ended and shielded ones too:
// whom each touches or touched, who lived there at its moment, and whom alerts that rest on them are about.
// access: read
// param $versions: list of string
// param $records: list of string, of people or addresses
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
// column people: list of string, side by side with what follows
// column households: list of string
// column addresses: list of string
// column communal: list of boolean
// column starts: list of integer, milliseconds since 1970
// column ends: list of integer
// column rules: list of string, of alerts, side by side with what follows
// column about: list of string, people, households and addresses
CALL () {
  UNWIND $versions AS version
  MATCH (contact:Contact {version: version})
  USING INDEX SEEK contact:Contact(version)
  RETURN contact
UNION
  UNWIND $records AS id
  MATCH (record:PersonRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN contact
UNION
  UNWIND $records AS id
  MATCH (record:AddressRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN contact
}
WITH collect(contact) AS page
CALL (page) {
  CALL (page) {
    UNWIND page AS contact
    MATCH (contact)<--(:PersonRecord)-[:RESOLVES_TO]->(person:Person)-[member:MEMBER_OF]->(household:Household)
    WHERE member.from.epochMillis <= contact.at.epochMillis AND contact.at.epochMillis < member.to.epochMillis
    RETURN person, member, household
  UNION
    UNWIND page AS contact
    MATCH (contact)<--(:AddressRecord)-[:RESOLVES_TO]->(:Address)<-[:HOUSEHOLD_AT]-(household:Household)
    WHERE NOT coalesce(household.communal, false)
    MATCH (person:Person)-[member:MEMBER_OF]->(household)
    WHERE member.from.epochMillis <= contact.at.epochMillis AND contact.at.epochMillis < member.to.epochMillis
    RETURN person, member, household
  }
  MATCH (household)-[:HOUSEHOLD_AT]->(address:Address)
  RETURN collect(person.id) AS people, collect(household.id) AS households, collect(address.id) AS addresses,
    collect(coalesce(household.communal, false)) AS communal, collect(member.from.epochMillis) AS starts,
    collect(member.to.epochMillis) AS ends
}
CALL (page) {
  UNWIND page AS contact
  MATCH (contact)-[:GROUNDS]->(alert:Alert)-[about:ABOUT]->(entity:Person|Household|Address)
  WHERE about.recorded_to = $forever
  RETURN collect(alert.rule) AS rules, collect(entity.id) AS about
}
RETURN
// part: contact_columns
  [contact IN page | reduce(said = [], pair IN
    [(contact)<-[touch]-(record:PersonRecord|AddressRecord)-[:RESOLVES_TO]->(entity:Person|Address)
      | [entity.id, touch.role]] | said + pair)] AS touches,
  people, households, addresses, communal, starts, ends, rules, about
