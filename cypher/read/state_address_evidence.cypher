// Evidence between address records, in pages by the smaller id.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column id: string, the smaller id
// column evidence: list of map, with the larger ids: record, weight, decision
MATCH (record:AddressRecord)
USING INDEX record:AddressRecord(id)
WHERE record.id > $after AND EXISTS { (record)-[:EVIDENCE]->() }
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[evidence:EVIDENCE]->(other:AddressRecord)
RETURN record.id AS id,
       collect({record: other.id, weight: evidence.w_millibits, decision: evidence.decision}) AS evidence
ORDER BY id
