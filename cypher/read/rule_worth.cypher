// How many alerts each version of a rule raised, and what people said they were worth.
// access: read
// column rule: string
// column in_force: boolean
// column raised: integer
// column taken_back: integer
// column acknowledged: integer
// column useful: integer
// column known: integer
// column wrong: integer
MATCH (alert:Alert)
OPTIONAL MATCH (rule:TriggerRule {id: alert.rule})
RETURN alert.rule AS rule, rule IS NOT NULL AND rule.ended_at IS NULL AS in_force, count(alert) AS raised,
  count(alert.retracted_at) AS taken_back, count(alert.acknowledged_at) AS acknowledged,
  sum(CASE WHEN alert.disposition = 'useful' THEN 1 ELSE 0 END) AS useful,
  sum(CASE WHEN alert.disposition = 'known' THEN 1 ELSE 0 END) AS known,
  sum(CASE WHEN alert.disposition = 'wrong' THEN 1 ELSE 0 END) AS wrong
ORDER BY rule
