// Remove stored evidence between address records before all of it is weighed again, some at a time.
// access: write
// param $limit: integer, at most so many edges
// column removed: integer
MATCH (:AddressRecord)-[evidence:EVIDENCE]->(:AddressRecord)
WITH evidence LIMIT $limit
DELETE evidence
RETURN count(*) AS removed
