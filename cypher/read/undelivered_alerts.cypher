// How many alerts that may be seen were laid aside, by version of a rule: the webhook never took them.
// access: read
// param $forever: date-time, the end of an interval that has not ended
// column rule: string
// column alerts: integer
MATCH (alert:Alert)
USING INDEX alert:Alert(untold)
WHERE alert.untold = true AND alert.dead = true
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
  AND EXISTS {
    // part: alert_about_seen
  }
RETURN alert.rule AS rule, count(alert) AS alerts
ORDER BY rule
