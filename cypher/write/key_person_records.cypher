// What is sealed or keyed of person records, under another key version. Nothing else of them is changed.
// access: write
// param $rows: list of map, {id, reference, content, lookup, versions: [{node, sealed, content}]}
// param $version: integer
UNWIND $rows AS row
MATCH (record:PersonRecord {id: row.id})
USING INDEX SEEK record:PersonRecord(id)
SET record.reference = row.reference, record.content = row.content
SET record += row.lookup
WITH row
UNWIND row.versions AS changed
MATCH (version:RecordVersion) WHERE elementId(version) = changed.node
SET version.sealed = changed.sealed, version.content = changed.content, version.key_version = $version
