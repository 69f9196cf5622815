// Everything that some person records say or said about their homes, except what was withdrawn.
// access: read
// param $persons: list of string, ids of person records
// param $forever: date-time, the end of an interval that has not ended
// column edge: string, id of the edge within this transaction
// column person: string
// column address: string
// column valid_from: string, a moment
// column seen_at: string, a moment
// column valid_to: string, a moment
// column inferred: boolean
// column believed: boolean, false when it was corrected
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})-[stay:LIVES_AT]->(address:AddressRecord)
WHERE stay.withdrawn IS NULL
RETURN elementId(stay) AS edge, record.id AS person, address.id AS address, toString(stay.valid_from) AS valid_from,
       toString(stay.seen_at) AS seen_at, toString(stay.valid_to) AS valid_to, stay.inferred AS inferred,
       stay.recorded_to = $forever AS believed
