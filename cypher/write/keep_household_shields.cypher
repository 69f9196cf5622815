// Households that are about to end and could not be seen, at a shielded address or with nobody to be seen in them:
// their ids stay as unknown as they were.
// access: write
// param $households: list of string
UNWIND $households AS id
MATCH (household:Household {id: id})
USING INDEX SEEK household:Household(id)
WHERE EXISTS { MATCH (household)-[:HOUSEHOLD_AT]->(address:Address) WHERE address.shielded }
  OR (EXISTS { MATCH (household)<-[:MEMBER_OF]-(:Person) }
    AND NOT EXISTS { MATCH (household)<-[:MEMBER_OF]-(seen:Person) WHERE seen.shielded IS NULL })
SET household.shielded = true
