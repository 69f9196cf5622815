// Who some people are now, and their home: household, address and whoever lives there with them. What is shielded is
// passed over, and so are communal homes. Each under every id that leads to it: former ones, and those of its records.
// access: read
// param $people: list of string, ids of people, old ones too
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// column id: string, as it was given
// column people: list of string, who that is now, was called before, and their records
// column around: list of string, ids of households, addresses, people and their records
WITH datetime($now) AS now
UNWIND $people AS id
MATCH (old:Person {id: id})
USING INDEX SEEK old:Person(id)
MATCH (old)-[:SUPERSEDED_BY*0..32]->(p:Person)
WHERE p.recorded_to > now AND p.shielded IS NULL
OPTIONAL MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
WHERE spell.to > now AND h.recorded_to > now AND a.shielded IS NULL AND NOT coalesce(h.communal, false)
OPTIONAL MATCH (h)<-[beside:MEMBER_OF]-(q:Person)
WHERE beside.to > now AND q.shielded IS NULL
WITH now, id, collect(DISTINCT p) AS them, collect(DISTINCT h) + collect(DISTINCT a) AS homes, collect(DISTINCT q) AS others
RETURN
  id,
  COLLECT {
    UNWIND them AS each
    MATCH (each)<-[:SUPERSEDED_BY*0..32]-(former)
    RETURN former.id AS found
    UNION
    UNWIND them AS each
    MATCH (each)<-[link:RESOLVES_TO]-(record:PersonRecord)
    WHERE link.recorded_to > now
    RETURN record.id AS found
  } AS people,
  COLLECT {
    UNWIND homes + others AS each
    MATCH (each)<-[:SUPERSEDED_BY*0..32]-(former)
    RETURN former.id AS found
    UNION
    UNWIND others AS each
    MATCH (each)<-[link:RESOLVES_TO]-(record:PersonRecord)
    WHERE link.recorded_to > now
    RETURN record.id AS found
  } AS around
