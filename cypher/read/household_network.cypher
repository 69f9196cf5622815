// Households linked by people who belonged to both, outwards from one; communal ones are shown, not passed through.
// access: read
// param $ids: list of string, ids of households; old ones lead to their successors
// param $as_of: date-time, the moment of which the answer is
// param $depth: integer, 1 to 4 steps from household to household
// param $most_households: integer, new households a step
// param $most_people: integer, new people a step
// column superseded: list of map, {id, successors} of every old id among $ids
// column households: list of map, {id, step, communal, addresses, member_count, present_count, members}
// column met_people: list of integer, new people of each step, those cut included
// column met_households: list of integer, new households of each step, those cut included
CALL () {
  UNWIND $ids AS id
  MATCH (old:Household {id: id})-[:SUPERSEDED_BY*0..32]->(e:Household)
  WHERE NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
    AND NOT EXISTS { (e)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND (NOT EXISTS { (e)<-[:MEMBER_OF]-(:Person) } OR EXISTS { (e)<-[:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL })
  WITH id, old, e ORDER BY e.id
  WITH id, old, collect(DISTINCT CASE WHEN e.recorded_to > $as_of THEN e END) AS successors
  RETURN collect({id: id, old: old, successors: successors}) AS asked
}
CALL (asked) {
  UNWIND asked AS ask
  UNWIND ask.successors AS h
  WITH DISTINCT h LIMIT $most_households
  RETURN collect(h) AS h0
}
CALL (h0) {
  UNWIND h0 AS h
  WITH h WHERE $depth >= 1 AND (true)
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= $as_of AND p.shielded IS NULL AND NOT p IN []
  WITH p, max(spell.to) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p1, size(met) AS p1_count
}
CALL (h0, p1) {
  UNWIND p1 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)
  WHERE spell.from <= $as_of AND h.recorded_to > $as_of AND NOT EXISTS { (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND NOT h IN h0
  WITH h, max(spell.to) AS latest ORDER BY latest DESC, h.id
  WITH collect(h) AS met
  RETURN met[..$most_households] AS h1, size(met) AS h1_count
}
CALL (h0, h1, p1) {
  UNWIND h1 AS h
  WITH h WHERE $depth >= 2 AND (NOT h.communal)
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= $as_of AND p.shielded IS NULL AND NOT p IN p1
  WITH p, max(spell.to) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p2, size(met) AS p2_count
}
CALL (h0, h1, p1, p2) {
  UNWIND p2 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)
  WHERE spell.from <= $as_of AND h.recorded_to > $as_of AND NOT EXISTS { (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND NOT h IN h0 + h1
  WITH h, max(spell.to) AS latest ORDER BY latest DESC, h.id
  WITH collect(h) AS met
  RETURN met[..$most_households] AS h2, size(met) AS h2_count
}
CALL (h0, h1, h2, p1, p2) {
  UNWIND h2 AS h
  WITH h WHERE $depth >= 3 AND (NOT h.communal)
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= $as_of AND p.shielded IS NULL AND NOT p IN p1 + p2
  WITH p, max(spell.to) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p3, size(met) AS p3_count
}
CALL (h0, h1, h2, p1, p2, p3) {
  UNWIND p3 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)
  WHERE spell.from <= $as_of AND h.recorded_to > $as_of AND NOT EXISTS { (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND NOT h IN h0 + h1 + h2
  WITH h, max(spell.to) AS latest ORDER BY latest DESC, h.id
  WITH collect(h) AS met
  RETURN met[..$most_households] AS h3, size(met) AS h3_count
}
CALL (h0, h1, h2, h3, p1, p2, p3) {
  UNWIND h3 AS h
  WITH h WHERE $depth >= 4 AND (NOT h.communal)
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= $as_of AND p.shielded IS NULL AND NOT p IN p1 + p2 + p3
  WITH p, max(spell.to) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p4, size(met) AS p4_count
}
CALL (h0, h1, h2, h3, p1, p2, p3, p4) {
  UNWIND p4 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)
  WHERE spell.from <= $as_of AND h.recorded_to > $as_of AND NOT EXISTS { (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND NOT h IN h0 + h1 + h2 + h3
  WITH h, max(spell.to) AS latest ORDER BY latest DESC, h.id
  WITH collect(h) AS met
  RETURN met[..$most_households] AS h4, size(met) AS h4_count
}
WITH asked, p1 + p2 + p3 + p4 AS people, [p1_count, p2_count, p3_count, p4_count] AS met_people,
  [h1_count, h2_count, h3_count, h4_count] AS met_households,
  [h IN h0 | {h: h, step: 0}] + [h IN h1 | {h: h, step: 1}] + [h IN h2 | {h: h, step: 2}]
    + [h IN h3 | {h: h, step: 3}] + [h IN h4 | {h: h, step: 4}] AS homes
CALL (homes, people) {
  UNWIND homes AS home
  WITH home.h AS h, home.step AS step
  CALL (h) {
    MATCH (h)-[:HOUSEHOLD_AT]->(a:Address)
    RETURN collect(DISTINCT a.id) AS addresses
  }
  CALL (h, people) {
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE spell.from <= $as_of AND p.shielded IS NULL
    WITH p, people, spell ORDER BY spell.to DESC, spell.from DESC
    WITH p, people, max(spell.to) AS latest,
      collect({begin: spell.from.epochMillis, end: spell.to.epochMillis, inferred: spell.inferred}) AS spells
    ORDER BY latest DESC, p.id
    RETURN count(*) AS member_count, sum(CASE WHEN latest > $as_of THEN 1 ELSE 0 END) AS present_count,
      collect(CASE WHEN p IN people THEN {id: p.id, spells: spells} END) AS members
  }
  RETURN collect(h{.id, .communal, step: step, addresses: addresses, member_count: member_count,
    present_count: present_count, members: members}) AS households
}
RETURN households, met_people, met_households,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.id, successors: [e IN ask.successors | e.id]}] AS superseded
