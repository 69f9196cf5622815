// Contacts that some records touch, version by version: which go with them, and which stay without them.
// A contact stays while somebody else is touched by it, and one about places alone while another place is.
// access: read
// param $persons: list of string, ids of person records that go
// param $addresses: list of string, ids of address records that go
// param $contacts: list of string, ids of contacts that go whatever they touch
// column gone: list of string, versions
// column kept: list of string, versions
CALL () {
  UNWIND $persons AS id
  MATCH (record:PersonRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:PersonRecord(id)
  RETURN contact, 1 AS of_person, 0 AS named
UNION ALL
  UNWIND $addresses AS id
  MATCH (record:AddressRecord {id: id})-->(contact:Contact)
  USING INDEX SEEK record:AddressRecord(id)
  RETURN contact, 0 AS of_person, 0 AS named
UNION ALL
  UNWIND $contacts AS id
  MATCH (contact:Contact)
  USING INDEX SEEK contact:Contact(version)
  WHERE contact.version STARTS WITH id + '.'
  RETURN contact, 0 AS of_person, 1 AS named
}
WITH contact, max(of_person) = 1 AS of_person, max(named) = 1 AS named
WITH contact, NOT named AND (
  EXISTS { MATCH (contact)<--(other:PersonRecord) WHERE NOT other.id IN $persons }
  OR (NOT of_person AND EXISTS { MATCH (contact)<--(place:AddressRecord) WHERE NOT place.id IN $addresses })
) AS kept
RETURN collect(CASE WHEN NOT kept THEN contact.version END) AS gone, collect(CASE WHEN kept THEN contact.version END) AS kept
