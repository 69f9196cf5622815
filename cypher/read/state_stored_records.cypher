// What the graph holds of some records, to find out what a batch changes: a row of lists side by side for
// each kind, for a row costs the driver more than what is in it.
// access: read
// param $persons: list of string, ids of person records
// param $addresses: list of string, ids of address records
// param $forever: date-time, the end of an interval that has not ended
// column id: list of string
// column kind: list of string, person or address
// column node: list of string, ids of the nodes within this transaction
// column content: list of string, of the current versions
// column versions: list of integer
// column live: list of boolean, not retracted
// column said: list of boolean, to be shielded by their feed
// column shielded: list of boolean, or restricted, which closes contacts as well
UNWIND $persons AS id
MATCH (record:PersonRecord {id: id})
USING INDEX SEEK record:PersonRecord(id)
RETURN collect(record.id) AS id, collect('person') AS kind, collect(elementId(record)) AS node,
       collect(record.content) AS content, collect(record.versions) AS versions,
       collect(record.recorded_to = $forever) AS live, collect(coalesce(record.shield_said, false)) AS said,
       collect(coalesce(record.shielded, record.restricted, false)) AS shielded
UNION ALL
UNWIND $addresses AS id
MATCH (record:AddressRecord {id: id})
USING INDEX SEEK record:AddressRecord(id)
RETURN collect(record.id) AS id, collect('address') AS kind, collect(elementId(record)) AS node,
       collect(record.content) AS content, collect(record.versions) AS versions,
       collect(record.recorded_to = $forever) AS live, collect(coalesce(record.shield_said, false)) AS said,
       collect(coalesce(record.shielded, false)) AS shielded
