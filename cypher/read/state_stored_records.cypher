// What the graph holds of some records, to find out what a batch changes.
// access: read
// param $persons: list of string, ids of person records
// param $addresses: list of string, ids of address records
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column kind: string, person or address
// column node: string, id of the node within this transaction
// column content: string, of the current version
// column version: string, id of the current version
// column versions: integer
// column live: boolean, not retracted
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})
RETURN record.id AS id, 'person' AS kind, elementId(record) AS node, record.content AS content,
       record.version AS version, record.versions AS versions, record.recorded_to = $forever AS live
UNION ALL
UNWIND $addresses AS id
MATCH (record:AddressRecord {id: id})
RETURN record.id AS id, 'address' AS kind, elementId(record) AS node, record.content AS content,
       record.version AS version, record.versions AS versions, record.recorded_to = $forever AS live
