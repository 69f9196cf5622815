// What some person records say now; a retracted one has no version.
// access: read
// param $records: list of string
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column agency: string
// column pending: integer, number of the transaction that changed it
// column version: optional string
// column sealed: optional bytes
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})
OPTIONAL MATCH (version:RecordVersion {id: CASE WHEN record.recorded_to = $forever THEN record.version END})
RETURN record.id AS id, record.agency AS agency, record.pending AS pending, version.id AS version,
       version.sealed AS sealed
