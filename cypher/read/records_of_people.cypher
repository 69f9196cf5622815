// The records of some people, with the agency that keeps each and since when it belongs to them.
// access: read
// param $ids: list of string, of people
// param $forever: date-time, the end of an interval that has not ended
// column entity: string
// column record: string
// column agency: string
// column since: date-time
// column contested: boolean, somebody says that it is wrong, and that is not decided
UNWIND $ids AS id
MATCH (person:Person {id: id})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
WHERE resolves.recorded_to = $forever AND person.shielded IS NULL
RETURN id AS entity, record.id AS record, record.agency AS agency, resolves.recorded_from AS since,
       record.contested IS NOT NULL AS contested
ORDER BY entity, record
