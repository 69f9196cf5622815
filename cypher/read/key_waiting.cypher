// Records whose encoding is older than the version with which encodings began anew: they wait to be supplied again.
// access: read
// param $root: integer
// param $forever: date-time, the end of an interval that has not ended
// column feed: string
// column agency: string
// column people: integer
// column addresses: integer
MATCH (record:PersonRecord|AddressRecord)-[:VERSION]->(version:RecordVersion)
WHERE record.recorded_to = $forever AND version.id = record.version AND version.key_version < $root
RETURN record.feed AS feed, record.agency AS agency, sum(CASE WHEN record:PersonRecord THEN 1 ELSE 0 END) AS people,
       sum(CASE WHEN record:AddressRecord THEN 1 ELSE 0 END) AS addresses
ORDER BY feed, agency
