// Contacts that are not as they must be: how many of each fault.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column untouched: integer, current, but no record is touched by it
// column doubled: integer, ids with more than one current version
MATCH (contact:Contact) WHERE contact.recorded_to = $forever
WITH contact.id AS id, count(*) AS versions,
     sum(CASE WHEN EXISTS { (contact)<--(:PersonRecord|AddressRecord) } THEN 0 ELSE 1 END) AS bare
RETURN coalesce(sum(bare), 0) AS untouched, count(CASE WHEN versions > 1 THEN 1 END) AS doubled
