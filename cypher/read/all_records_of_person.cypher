// Every person record that is a person's, or was theirs when its agency withdrew it; and whether a legal hold keeps it.
// access: read
// param $person: string
// param $forever: date-time, the end of an interval that has not ended
// column record: string
// column agency: string
// column withdrawn: boolean
// column contacts: integer, versions that touch it
// column held: boolean
MATCH (person:Person {id: $person})<-[resolves:RESOLVES_TO]-(record:PersonRecord)
WHERE person.recorded_to = $forever AND (resolves.recorded_to = $forever OR (record.recorded_to < $forever
  AND NOT EXISTS { MATCH (record)-[later:RESOLVES_TO]->() WHERE later.recorded_to > resolves.recorded_to }))
WITH DISTINCT record
RETURN record.id AS record, record.agency AS agency, record.recorded_to < $forever AS withdrawn,
       COUNT { (record)-->(:Contact) } AS contacts, record.held IS NOT NULL AS held
ORDER BY agency, record
