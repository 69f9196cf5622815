// Records that are not as they must be: how many of each fault.
// access: read
// param $forever: date-time, end of an interval that has not ended
// column pending: integer, changed and not resolved yet
// column unresolved: integer, live and settled, but not exactly one entity
// column versionless: integer, live, but not exactly one current version
MATCH (record:PersonRecord|AddressRecord)
WITH record, record.recorded_to = $forever AS live, record.pending IS NOT NULL AS pending,
     COUNT { (record)-[resolves:RESOLVES_TO]->() WHERE resolves.recorded_to = $forever } AS entities,
     COUNT { (record)-[:VERSION]->(version:RecordVersion) WHERE version.recorded_to = $forever } AS versions
RETURN count(CASE WHEN pending THEN 1 END) AS pending,
       count(CASE WHEN live AND NOT pending AND entities <> 1 THEN 1 END)
         + count(CASE WHEN NOT live AND NOT pending AND entities <> 0 THEN 1 END) AS unresolved,
       count(CASE WHEN live AND versions <> 1 THEN 1 END) AS versionless
