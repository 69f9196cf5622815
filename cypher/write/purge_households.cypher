// Households that have ended and led to no other: their ids answer as if they had never been given.
// access: write
// param $limit: integer, at most so many
// param $forever: date-time, the end of an interval that has not ended
// column households: integer
MATCH (household:Household)
WHERE household.recorded_to < $forever AND NOT EXISTS { (household)-[:SUPERSEDED_BY]->() }
  AND NOT EXISTS { (household)<-[:MEMBER_OF]-() }
WITH household LIMIT $limit
DETACH DELETE household
RETURN count(*) AS households
