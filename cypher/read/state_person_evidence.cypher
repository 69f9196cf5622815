// Evidence between person records, in pages by the smaller id. A page is one row of lists.
// access: read
// param $after: string, last id of the page before, or ''
// param $limit: integer
// column ids: list of string, the smaller ids, rising; empty after the last page
// column others: list of list of string, the larger ids with each of them
// column weights: list of list of integer
// column decisions: list of list of string
MATCH (record:PersonRecord)
USING INDEX record:PersonRecord(id)
WHERE record.id > $after AND EXISTS { (record)-[:EVIDENCE]->() }
WITH record ORDER BY record.id LIMIT $limit
MATCH (record)-[evidence:EVIDENCE]->(other:PersonRecord)
WITH record, collect(other.id) AS others, collect(evidence.w_millibits) AS weights,
     collect(evidence.decision) AS decisions
ORDER BY record.id
RETURN collect(record.id) AS ids, collect(others) AS others, collect(weights) AS weights,
       collect(decisions) AS decisions
