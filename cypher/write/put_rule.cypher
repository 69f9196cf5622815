// A version of a rule is in force from now on; another version of the rule is no more. Put in force again it goes on as if
// it had never been out, from the earlier day. Under a version that is on record with another text nothing is changed.
// access: write
// param $id: string, rule and version
// param $rule: string
// param $digest: string, of the text
// param $text: string, the file
// param $since: date-time, nothing that was so before it is told of, unless it was told of already
// param $by: string, who put it in force
// param $at: date-time
// column since: date-time, from which moment on it tells; no row where the version is on record with another text
MERGE (rule:TriggerRule {id: $id})
ON CREATE SET rule.rule = $rule, rule.digest = $digest, rule.text = $text, rule.since = $since
WITH rule WHERE rule.digest = $digest
SET rule.since = CASE WHEN rule.since < $since THEN rule.since ELSE $since END,
  rule.enabled_by = $by, rule.enabled_at = $at
REMOVE rule.ended_at, rule.ended_by
WITH rule
CALL (rule) {
  MATCH (other:TriggerRule {rule: $rule})
  WHERE other <> rule AND other.ended_at IS NULL
  SET other.ended_at = $at, other.ended_by = $by
}
RETURN rule.since AS since
