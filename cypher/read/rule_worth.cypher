// How many alerts that may be seen each version of a rule raised, and what people said they were worth: of those that the
// caller is shown, or of all where they are shown none. One that is in force is there with no alert too.
// access: read
// param $whoever: boolean, whether also alerts count that rest on what the caller may not see
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $forever: date-time, the end of an interval that has not ended
// column rule: string
// column in_force: boolean
// column raised: integer
// column taken_back: integer
// column acknowledged: integer
// column useful: integer
// column known: integer
// column wrong: integer
// part: alert_covering
MATCH (rule:TriggerRule)
OPTIONAL MATCH (alert:Alert {rule: rule.id})
WHERE NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
  AND EXISTS {
    // part: alert_about_seen
  }
  AND ($whoever OR NOT EXISTS {
    // A contact as it stood last, which the caller may not see: as `alert_rests_on` has it.
    MATCH (alert)<-[:GROUNDS]-(contact:Contact)
    WHERE NOT EXISTS {
        MATCH (alert)<-[:GROUNDS]-(later:Contact {id: contact.id})
        WHERE later.recorded_to > contact.recorded_to
          OR (later.recorded_to = contact.recorded_to AND later.version > contact.version)
      }
      AND NOT any(g IN covering WHERE contact.data_class IN $data_classes
        AND g.id = contact.agreement AND g.data_class = contact.data_class AND contact.agency IN g.parties
        AND (contact.status = 'open' OR contact.at >= g.from))
  })
RETURN rule.id AS rule, rule.ended_at IS NULL AS in_force, count(alert) AS raised,
  count(alert.retracted_at) AS taken_back, count(alert.acknowledged_at) AS acknowledged,
  sum(CASE WHEN alert.disposition = 'useful' THEN 1 ELSE 0 END) AS useful,
  sum(CASE WHEN alert.disposition = 'known' THEN 1 ELSE 0 END) AS known,
  sum(CASE WHEN alert.disposition = 'wrong' THEN 1 ELSE 0 END) AS wrong
ORDER BY rule
