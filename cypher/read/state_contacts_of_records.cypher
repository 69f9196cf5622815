// Which of some current versions of contacts touch one of some records, of people or addresses.
// access: read
// param $versions: list of string
// param $records: list of string
// column version: string
UNWIND $versions AS id
MATCH (contact:Contact {version: id})
USING INDEX SEEK contact:Contact(version)
MATCH (record:PersonRecord|AddressRecord)-->(contact)
WHERE record.id IN $records
RETURN DISTINCT id AS version
