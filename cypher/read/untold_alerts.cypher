// Alerts that were raised, or taken back, and not told of: those whose next try is due.
// access: read
// param $now: date-time
// param $limit: integer
// param $forever: date-time, the end of an interval that has not ended
// column id: string
// column rule: string
// column severity: string
// column owner: string
// column at: date-time
// column taken_back: boolean
// column turn: integer, how often it was raised or taken back so far
// column tries: integer
MATCH (alert:Alert)
USING INDEX alert:Alert(untold)
WHERE alert.untold = true AND alert.dead IS NULL AND coalesce(alert.try_at, $now) <= $now
  AND NOT EXISTS { MATCH (alert)<-[:GROUNDS]-(hidden:Contact) WHERE hidden.shielded }
  // About somebody who may be seen, as in read.alerts.
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
RETURN alert.id AS id, alert.rule AS rule, alert.severity AS severity, alert.owner AS owner, alert.at AS at,
  alert.retracted_at IS NOT NULL AS taken_back, alert.turn AS turn, coalesce(alert.tries, 0) AS tries
ORDER BY at, id
LIMIT $limit
