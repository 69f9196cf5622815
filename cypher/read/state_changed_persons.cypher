// What some person records say now, in one row of lists in the order asked for.
// access: read
// param $records: list of string, ids of records there are
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string
// column agencies: list of string
// column pending: list of integer, number of the transaction that changed it; 0 when it is resolved already
// column versions: list of string, '' for a retracted one
// column sealed: list of bytes, with '' for a retracted one
UNWIND range(0, size($records) - 1) AS place
MATCH (record:PersonRecord {id: $records[place]})
USING INDEX SEEK record:PersonRecord(id)
OPTIONAL MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = record.version AND record.recorded_to = $forever
WITH place, record, version ORDER BY place
RETURN collect(record.id) AS ids, collect(record.agency) AS agencies,
       collect(coalesce(record.pending, 0)) AS pending, collect(coalesce(version.id, '')) AS versions,
       collect(coalesce(version.sealed, '')) AS sealed
