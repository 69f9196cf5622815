// An agency leaves: nothing of it is loaded from now on. Of its feeds no load is remembered.
// access: write
// param $agency: string
// param $by: string, who says so
// param $at: date-time, when this is recorded
// column loads: integer, that were remembered
MERGE (departed:Departed {id: $agency})
ON CREATE SET departed.at = $at, departed.by = $by
WITH departed
CALL () {
  MATCH (load:Load) WHERE load.feed STARTS WITH $agency + '/'
  DELETE load
  RETURN count(load) AS loads
}
CALL () { OPTIONAL MATCH (team:Team {agency: $agency}) DELETE team }
CALL () { OPTIONAL MATCH (agency:Agency {id: $agency}) DELETE agency }
RETURN loads
