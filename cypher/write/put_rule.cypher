// A version of a rule is in force from now on; another version of the rule is no more.
// access: write
// param $id: string, rule and version
// param $rule: string
// param $digest: string, of the text
// param $text: string, the file
// param $since: date-time, nothing that was so before it is told of
// param $by: string, who put it in force
// param $at: date-time
MERGE (rule:TriggerRule {id: $id})
SET rule.rule = $rule, rule.digest = $digest, rule.text = $text, rule.since = $since,
  rule.enabled_by = $by, rule.enabled_at = $at
REMOVE rule.ended_at, rule.ended_by
WITH rule
MATCH (other:TriggerRule {rule: $rule})
WHERE other <> rule AND other.ended_at IS NULL
SET other.ended_at = $at, other.ended_by = $by
