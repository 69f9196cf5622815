// Address records are resolved as of a version; one that changed again meanwhile stays pending.
// access: write
// param $rows: list of map, record, version (null when retracted), pending
UNWIND $rows AS row
MATCH (record:AddressRecord {id: row.record})
USING INDEX SEEK record:AddressRecord(id)
SET record.resolved = row.version,
    record.pending = CASE WHEN record.pending = row.pending THEN null ELSE record.pending END
