// Cohorts of which figures are about to be given, behind those that there are; nothing, if there are others meanwhile.
// access: write
// param $rows: list of map, number, question, at, policy, people, paths, owners, who, what, seal, areas
// param $expected: integer, number of the last one that the writer knows
// column stored: boolean
MERGE (ledger:ResearchLedger {id: 'ledger'})
ON CREATE SET ledger.number = 0
// Takes the lock: of two who append, the second reads the number when the first has written it.
SET ledger.locked = true
REMOVE ledger.locked
WITH ledger, ledger.number = $expected AS free
CALL (ledger, free) {
  WITH ledger WHERE free
  SET ledger.number = $expected + size($rows)
  WITH 1 AS once
  UNWIND $rows AS row
  CREATE (cohort:ResearchCohort)
  SET cohort = row
  RETURN count(*) AS many
}
RETURN free AS stored
