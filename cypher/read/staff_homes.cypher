// Who some people are now, and their home: household, address and whoever lives there with them. What is shielded is
// passed over, and so are communal homes.
// access: read
// param $people: list of string, ids of people, old ones too
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// column id: string, as it was given
// column people: list of string, who that is now
// column around: list of string, ids of households, addresses and people
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
RETURN id, collect(DISTINCT p.id) AS people, collect(DISTINCT h.id) + collect(DISTINCT a.id) + collect(DISTINCT q.id) AS around
