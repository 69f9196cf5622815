// Of each topic that may be subscribed to, a text that differs when there is news of it: numbers only, nobody's data.
// access: read
// column glasses: string, of broken glasses
// column deliveries: string, of receipts and what became of them
// column alerts: string, of alerts, and of those that were taken back
CALL () { MATCH (glass:BreakGlass) RETURN toString(count(glass)) AS glasses }
CALL () {
  MATCH (delivery:Delivery)
  WITH delivery.state AS state, count(*) AS many ORDER BY state
  RETURN coalesce(reduce(all = '', each IN collect(state + ' ' + many) | all + each + ', '), '') AS deliveries
}
CALL () { MATCH (alert:Alert) RETURN count(alert) AS raised }
CALL () {
  MATCH (alert:Alert)
  USING INDEX alert:Alert(retracted_at)
  WHERE alert.retracted_at IS NOT NULL
  RETURN count(alert) AS retracted
}
RETURN glasses, deliveries, toString(raised) + ' ' + toString(retracted) AS alerts
