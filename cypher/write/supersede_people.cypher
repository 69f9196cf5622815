// Resolved people that are no more, and who their records belong to now.
// access: write
// param $rows: list of map, old, successors, cause
// param $at: date-time, when this is recorded
UNWIND $rows AS row
MATCH (old:Person {id: row.old})
USING INDEX SEEK old:Person(id)
SET old.recorded_to = $at
WITH old, row
UNWIND row.successors AS successor
MATCH (new:Person {id: successor})
USING INDEX SEEK new:Person(id)
MERGE (old)-[lineage:SUPERSEDED_BY]->(new)
ON CREATE SET lineage.at = $at, lineage.cause = row.cause
