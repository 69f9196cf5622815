// Remove stored evidence between person records before all of it is weighed again, some at a time.
// access: write
// param $limit: integer, at most so many edges
// column removed: integer
MATCH (:PersonRecord)-[evidence:EVIDENCE]->(:PersonRecord)
WITH evidence LIMIT $limit
DELETE evidence
RETURN count(*) AS removed
