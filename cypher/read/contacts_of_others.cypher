// Of some contacts those any version of which touches a person record that is none of some.
// access: read
// param $contacts: list of string, ids of contacts
// param $persons: list of string, ids of person records
// column contacts: list of string, ids
UNWIND $contacts AS id
MATCH (contact:Contact)<--(other:PersonRecord)
USING INDEX SEEK contact:Contact(version)
WHERE contact.version STARTS WITH id + '.' AND NOT other.id IN $persons
RETURN collect(DISTINCT id) AS contacts
