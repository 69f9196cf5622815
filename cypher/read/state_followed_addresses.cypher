// Some address records as they were when they were last resolved, with all their evidence; one row of lists.
// access: read
// param $records: list of string
// param $forever: date-time, the end of an interval that has not ended
// column ids: list of string, those that there are
// column sealed: list of bytes, the encodings that were resolved; '' for none
// column entities: list of string, '' for none
// column others: list of list of string, the records with evidence beside each
// column weights: list of list of integer
// column decisions: list of list of string
UNWIND $records AS id
MATCH (record:AddressRecord {id: id})
USING INDEX SEEK record:AddressRecord(id)
OPTIONAL MATCH (record)-[:VERSION]->(version:RecordVersion)
WHERE version.id = record.resolved
OPTIONAL MATCH (record)-[resolves:RESOLVES_TO]->(entity:Address)
WHERE resolves.recorded_to = $forever
CALL (record) {
  OPTIONAL MATCH (record)-[evidence:EVIDENCE]-(other:AddressRecord)
  RETURN collect(other.id) AS others, collect(evidence.w_millibits) AS weights,
         collect(evidence.decision) AS decisions
}
RETURN collect(record.id) AS ids, collect(coalesce(version.sealed, '')) AS sealed,
       collect(coalesce(entity.id, '')) AS entities, collect(others) AS others, collect(weights) AS weights,
       collect(decisions) AS decisions
