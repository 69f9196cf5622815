// A rule is in force no more; its alerts stay as they are.
// access: write
// param $rule: string, without its version
// param $by: string
// param $at: date-time
// column ended: integer
MATCH (rule:TriggerRule {rule: $rule})
WHERE rule.ended_at IS NULL
SET rule.ended_at = $at, rule.ended_by = $by
RETURN count(rule) AS ended
