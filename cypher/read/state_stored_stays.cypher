// Everything that some person records say or said about their homes, except what was withdrawn: one row of
// lists side by side.
// access: read
// param $persons: list of string, ids of person records
// param $forever: date-time, the end of an interval that has not ended
// param $since: date-time, what was recorded then or later is fresh
// column edge: list of string, id of the edge within this transaction
// column person: list of string
// column address: list of string
// column valid_from: list of string, a moment
// column seen_at: list of string, a moment
// column valid_to: list of string, a moment
// column inferred: list of boolean
// column believed: list of boolean, false when it was corrected
// column feed: list of string, who said so last; of what was stored before that was kept, whose the record is
// column lapsed: list of boolean, whether its feed states it no longer, and valid_to was concluded from that
// column fresh: list of boolean
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})-[stay:LIVES_AT]->(address:AddressRecord)
USING INDEX SEEK record:PersonRecord(id)
WHERE stay.withdrawn IS NULL
RETURN collect(elementId(stay)) AS edge, collect(record.id) AS person, collect(address.id) AS address,
       collect(toString(stay.valid_from)) AS valid_from, collect(toString(stay.seen_at)) AS seen_at,
       collect(toString(stay.valid_to)) AS valid_to, collect(stay.inferred) AS inferred,
       collect(stay.recorded_to = $forever) AS believed, collect(coalesce(stay.feed, record.feed)) AS feed,
       collect(stay.lapsed IS NOT NULL) AS lapsed, collect(stay.recorded_from >= $since) AS fresh
