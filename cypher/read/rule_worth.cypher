// How many alerts that may be seen each version of a rule raised, and what people said they were worth. One that is in
// force is there with no alert too.
// access: read
// param $forever: date-time, the end of an interval that has not ended
// column rule: string
// column in_force: boolean
// column raised: integer
// column taken_back: integer
// column acknowledged: integer
// column useful: integer
// column known: integer
// column wrong: integer
MATCH (rule:TriggerRule)
OPTIONAL MATCH (alert:Alert {rule: rule.id})
WHERE NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
  AND EXISTS {
    // part: alert_about_seen
  }
RETURN rule.id AS rule, rule.ended_at IS NULL AS in_force, count(alert) AS raised,
  count(alert.retracted_at) AS taken_back, count(alert.acknowledged_at) AS acknowledged,
  sum(CASE WHEN alert.disposition = 'useful' THEN 1 ELSE 0 END) AS useful,
  sum(CASE WHEN alert.disposition = 'known' THEN 1 ELSE 0 END) AS known,
  sum(CASE WHEN alert.disposition = 'wrong' THEN 1 ELSE 0 END) AS wrong
ORDER BY rule
