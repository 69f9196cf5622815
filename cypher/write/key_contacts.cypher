// References of contacts under another key version.
// access: write
// param $rows: list of map, {id, reference}
UNWIND $rows AS row
MATCH (contact:Contact {version: row.id})
USING INDEX SEEK contact:Contact(version)
SET contact.reference = row.reference
