// Every version of a rule that is or was in force, by its id.
// access: read
// column id: string, rule and version
// column digest: string, of the text
// column text: string, the file
// column in_force: boolean
MATCH (rule:TriggerRule)
USING INDEX rule:TriggerRule(id)
WHERE rule.id > ''
RETURN rule.id AS id, rule.digest AS digest, rule.text AS text, rule.ended_at IS NULL AS in_force
ORDER BY id
