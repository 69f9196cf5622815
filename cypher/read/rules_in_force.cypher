// Versions of rules that are in force.
// access: read
// column id: string, rule and version
// column digest: string, of the text
// column text: string, the file
// column since: date-time, nothing that was so before it is told of
// column by: string, who put it in force
// column at: date-time
MATCH (rule:TriggerRule)
WHERE rule.ended_at IS NULL
RETURN rule.id AS id, rule.digest AS digest, rule.text AS text, rule.since AS since, rule.enabled_by AS by,
  rule.enabled_at AS at
ORDER BY id
