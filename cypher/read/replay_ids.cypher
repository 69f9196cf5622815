// Ids of records and contacts in their order, a page of each: to be held against the hashes of what was purged.
// access: read
// param $person: string, the last id of the page before, as in the next two
// param $address: string
// param $contact: string, the last version of a contact
// param $first: integer, ids a page
// column persons: list of string
// column addresses: list of string
// column contacts: list of string, one for each version
// column version: string, the last of them
CALL () {
  MATCH (r:PersonRecord) USING INDEX SEEK r:PersonRecord(id)
  WHERE r.id > $person
  WITH r.id AS id ORDER BY id LIMIT $first
  RETURN collect(id) AS persons
}
CALL () {
  MATCH (r:AddressRecord) USING INDEX SEEK r:AddressRecord(id)
  WHERE r.id > $address
  WITH r.id AS id ORDER BY id LIMIT $first
  RETURN collect(id) AS addresses
}
CALL () {
  MATCH (c:Contact) USING INDEX SEEK c:Contact(version)
  WHERE c.version > $contact
  WITH c ORDER BY c.version LIMIT $first
  RETURN collect(c.id) AS contacts, coalesce(max(c.version), '') AS version
}
RETURN persons, addresses, contacts, version
