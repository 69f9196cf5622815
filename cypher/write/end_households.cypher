// Households that are no more, and those that took their members over.
// access: write
// param $rows: list of map, old, successors
// param $at: date-time, when this is recorded
UNWIND $rows AS row
MATCH (old:Household {id: row.old})
USING INDEX SEEK old:Household(id)
SET old.recorded_to = $at
WITH old, row
OPTIONAL MATCH (old)-[at:HOUSEHOLD_AT]->()
DELETE at
WITH DISTINCT old, row
UNWIND row.successors AS successor
MATCH (new:Household {id: successor})
USING INDEX SEEK new:Household(id)
MERGE (old)-[lineage:SUPERSEDED_BY]->(new)
ON CREATE SET lineage.at = $at, lineage.cause = 'rebuild'
