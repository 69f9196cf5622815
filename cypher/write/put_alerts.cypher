// Alerts: raised, about others than before, taken back, or standing again. Who they were about stays on record.
// access: write
// param $rows: list of map, id, said (of a new one), moment (as text), come and gone (ids of whom it is about), versions (contacts it rests on), stands
// param $notes: list of string, what was worked out: it is done
// param $at: date-time, when this is recorded
// param $tick: integer, number of the write transaction
// param $forever: date-time, the end of an interval that has not ended
// column raised: list of string, ids of those that are new or stand again
CALL () {
  UNWIND $notes AS id
  MATCH (due:AlertDue) WHERE elementId(due) = id
  DELETE due
}
CALL () {
  UNWIND $rows AS row
  MERGE (alert:Alert {id: row.id})
  ON CREATE SET alert = row.said, alert.raised_at = $at, alert.fresh = true
  WITH alert, row, coalesce(alert.fresh, false) OR (row.stands AND alert.retracted_at IS NOT NULL) AS raised
  WITH alert, row, raised, raised OR (NOT row.stands AND alert.retracted_at IS NULL) AS turned
  SET alert.at = coalesce(datetime(row.moment), alert.at),
    alert.retracted_at = CASE WHEN row.stands THEN null ELSE coalesce(alert.retracted_at, $at) END,
    alert.untold = CASE WHEN turned THEN true ELSE alert.untold END,
    alert.turn = coalesce(alert.turn, 0) + CASE WHEN turned THEN 1 ELSE 0 END,
    alert.turned_in = CASE WHEN turned THEN $tick ELSE alert.turned_in END,
    alert.tries = CASE WHEN NOT turned THEN alert.tries END,
    alert.try_at = CASE WHEN NOT turned THEN alert.try_at END,
    alert.dead = CASE WHEN NOT turned THEN alert.dead END
  REMOVE alert.fresh
  WITH alert, row, raised
  CALL (alert, row) {
    UNWIND row.gone AS id
    MATCH (alert)-[about:ABOUT]->(entity {id: id})
    WHERE about.recorded_to = $forever
    SET about.recorded_to = $at
  }
  CALL (alert, row) {
    UNWIND row.come AS id
    CALL (id) {
      MATCH (entity:Person {id: id}) USING INDEX SEEK entity:Person(id) RETURN entity
    UNION
      MATCH (entity:Household {id: id}) USING INDEX SEEK entity:Household(id) RETURN entity
    UNION
      MATCH (entity:Address {id: id}) USING INDEX SEEK entity:Address(id) RETURN entity
    }
    CREATE (alert)-[:ABOUT {recorded_from: $at, recorded_to: $forever}]->(entity)
  }
  CALL (alert, row) {
    UNWIND row.versions AS version
    MATCH (contact:Contact {version: version})
    USING INDEX SEEK contact:Contact(version)
    MERGE (contact)-[:GROUNDS]->(alert)
  }
  RETURN collect(CASE WHEN raised THEN alert.id END) AS raised
}
RETURN raised
