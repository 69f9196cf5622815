// Person records that their agency withdrew, with what they said about homes and relations.
// access: write
// param $records: list of string, ids of records that are not retracted yet
// param $tick: integer, number of this transaction
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
SET record.recorded_to = $at, record.pending = $tick
FOREACH (said IN [(record)-[each:RELATED]->() WHERE each.recorded_to = $forever | each] | SET said.recorded_to = $at)
WITH record
MATCH (record)-[stay:LIVES_AT]->()
WHERE stay.withdrawn IS NULL
SET stay.withdrawn = true,
    stay.recorded_to = CASE WHEN stay.recorded_to = $forever THEN $at ELSE stay.recorded_to END
