// Whom an alert is about, as far as they may be seen: of an alert that was taken back, whom it was about then.
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
