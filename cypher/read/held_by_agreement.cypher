// How much is held under which agreement and class of data, and of which agency: what no rule says an end of shows.
// access: read
// column contacts: list of map, {agreement, data_class, count}
// column records: list of map, {agency, count} of people and addresses
CALL () {
  MATCH (contact:Contact) WHERE contact.version > ''
  WITH coalesce(contact.agreement, '') AS agreement, contact.data_class AS data_class, count(DISTINCT contact.id) AS held
  RETURN collect({agreement: agreement, data_class: data_class, count: held}) AS contacts
}
CALL () {
  MATCH (record:PersonRecord|AddressRecord) WHERE record.agency IS NOT NULL
  WITH record.agency AS agency, count(*) AS held
  RETURN collect({agency: agency, count: held}) AS records
}
RETURN contacts, records
