// Of each topic that may be subscribed to, a text that differs when there is news of it: numbers only, nobody's data.
// access: read
// column glasses: string, of broken glasses
// column deliveries: string, of receipts and what became of them
// column alerts: string, the number of the last write transaction that raised an alert or took one back
CALL () { MATCH (glass:BreakGlass) RETURN toString(count(glass)) AS glasses }
CALL () {
  MATCH (delivery:Delivery)
  WITH delivery.state AS state, count(*) AS many ORDER BY state
  RETURN coalesce(reduce(all = '', each IN collect(state + ' ' + many) | all + each + ', '), '') AS deliveries
}
CALL () {
  MATCH (alert:Alert)
  USING INDEX alert:Alert(turned_in)
  WHERE alert.turned_in > 0
  WITH alert.turned_in AS turned_in ORDER BY turned_in DESC LIMIT 1
  RETURN max(turned_in) AS last
}
RETURN glasses, deliveries, toString(coalesce(last, 0)) AS alerts
