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
  // As in read.alerts.
  AND EXISTS {
    MATCH (alert)-[about:ABOUT]->(entity)
    WHERE entity.shielded IS NULL AND (about.recorded_to = $forever OR about.recorded_to = alert.retracted_at)
      AND NOT EXISTS { MATCH (entity)-[:HOUSEHOLD_AT]->(place:Address) WHERE place.shielded }
      AND NOT EXISTS {
        // Each contact has to lead to it by somebody or something that may be seen; to a home, by who lived there then.
        MATCH (alert)<-[:GROUNDS]-(ground:Contact)
        WHERE NOT EXISTS {
          MATCH (alert)<-[:GROUNDS]-(same:Contact {id: ground.id})
            <--(record:PersonRecord|AddressRecord)-[:RESOLVES_TO]->(found)
          WHERE record.shielded IS NULL AND found.shielded IS NULL
            AND NOT EXISTS { MATCH (record)-[now:RESOLVES_TO]->(other) WHERE now.recorded_to = $forever AND other.shielded }
            AND (found = entity
              OR EXISTS { MATCH (found)-[stay:MEMBER_OF]->(home:Household)
                WHERE stay.from <= same.at AND stay.to > same.at
                  AND (home = entity OR EXISTS { MATCH (home)-[:HOUSEHOLD_AT]->(entity) }) }
              OR EXISTS { MATCH (found)<-[:HOUSEHOLD_AT]-(entity)<-[stay:MEMBER_OF]-(seen:Person)
                WHERE seen.shielded IS NULL AND stay.from <= same.at AND stay.to > same.at })
        }
      }
  }
RETURN rule.id AS rule, rule.ended_at IS NULL AS in_force, count(alert) AS raised,
  count(alert.retracted_at) AS taken_back, count(alert.acknowledged_at) AS acknowledged,
  sum(CASE WHEN alert.disposition = 'useful' THEN 1 ELSE 0 END) AS useful,
  sum(CASE WHEN alert.disposition = 'known' THEN 1 ELSE 0 END) AS known,
  sum(CASE WHEN alert.disposition = 'wrong' THEN 1 ELSE 0 END) AS wrong
ORDER BY rule
