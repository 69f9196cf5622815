// Somebody took notice of an alert, or said what it was worth. Each act stays on record.
// access: write
// param $id: string, of the alert
// param $act: string, id of the act
// param $by: string
// param $disposition: optional string, useful, known or wrong
// param $at: date-time
// column acknowledged_by: string
// column acknowledged_at: date-time
// column disposition: optional string
MATCH (alert:Alert {id: $id})
USING INDEX SEEK alert:Alert(id)
CREATE (:AlertAct {id: $act, by: $by, at: $at, disposition: $disposition})-[:OF_ALERT]->(alert)
SET alert.acknowledged_by = coalesce(alert.acknowledged_by, $by),
  alert.acknowledged_at = coalesce(alert.acknowledged_at, $at),
  alert.disposition = coalesce($disposition, alert.disposition)
RETURN alert.acknowledged_by AS acknowledged_by, alert.acknowledged_at AS acknowledged_at,
  alert.disposition AS disposition
