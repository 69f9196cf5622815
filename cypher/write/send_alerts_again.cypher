// Alerts that were laid aside, for the webhook never took them, are tried again from the first try on.
// access: write
// param $rule: string, only of this rule's version, or '' for all
// column sent: integer, how many
MATCH (alert:Alert)
USING INDEX alert:Alert(untold)
WHERE alert.untold = true AND alert.dead = true AND ($rule = '' OR alert.rule = $rule)
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
REMOVE alert.dead, alert.tries, alert.try_at
RETURN count(alert) AS sent
