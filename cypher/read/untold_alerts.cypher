// Alerts that were raised, or taken back, and not told of: those whose next try is due.
// access: read
// param $now: date-time
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column rule: string
// column severity: string
// column owner: string
// column at: date-time
// column taken_back: boolean
// column turn: integer, how often it was raised or taken back so far
// column tries: integer
MATCH (alert:Alert)
USING INDEX alert:Alert(untold)
WHERE alert.untold = true AND alert.dead IS NULL AND coalesce(alert.try_at, $now) <= $now
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
  AND EXISTS {
    // part: alert_about_seen
  }
RETURN alert.id AS id, alert.rule AS rule, alert.severity AS severity, alert.owner AS owner, alert.at AS at,
  alert.retracted_at IS NOT NULL AS taken_back, alert.turn AS turn, coalesce(alert.tries, 0) AS tries
ORDER BY at, id
LIMIT $limit
