// Which of some person records are there, and may be decided about.
// access: read
// param $records: list of string
// param $shielded_too: boolean
// column record: string
UNWIND $records AS id
MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
WHERE $shielded_too OR record.shielded IS NULL
RETURN record.id AS record
