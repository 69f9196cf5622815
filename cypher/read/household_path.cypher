// What households came from and what became of them: pairs of households that people left and came to, up to three
// steps each way, with the spells from which each move is made out. Communal households are shown, not passed through.
// Who is shielded is not looked at: pairs, their order and their number are those of the others alone.
// access: read
// param $ids: list of string, ids of households that are in use
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $as_of: string, as ISO text: who had not left and come by then had not moved
// param $within_days: integer, days between leaving and coming that are one move
// param $most_links: integer, pairs a step in each direction
// column pairs: list of map, {earlier, later, forward, step}
// column homes: list of map, {id, communal, address, members} of every household in a pair; of a communal one those who moved
// column met_earlier: list of integer, pairs of each step back, those cut included
// column met_later: list of integer, pairs of each step forward, those cut included
WITH datetime($now) AS now, datetime($as_of) AS as_of, duration({days: $within_days}) AS within
CALL (now) {
  UNWIND $ids AS id
  MATCH (h:Household {id: id})
  WHERE h.recorded_to > now
  RETURN collect(DISTINCT h) AS h0
}
CALL (h0, as_of, within) {
  UNWIND h0 AS h
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  // From the people, whose homes are few: of a hall there are thousands of others.
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = h AND to = g
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: h, later: g, step: 1, forward: true, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 THEN g END) AS homes
  RETURN met[..$most_links] AS fl1, size(met) AS f1_count, homes[..$most_links] AS f1
}
CALL (h0, f1, as_of, within) {
  UNWIND f1 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  // From the people, whose homes are few: of a hall there are thousands of others.
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = h AND to = g
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: h, later: g, step: 2, forward: true, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 + f1 THEN g END) AS homes
  RETURN met[..$most_links] AS fl2, size(met) AS f2_count, homes[..$most_links] AS f2
}
CALL (h0, f1, f2, as_of, within) {
  UNWIND f2 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  // From the people, whose homes are few: of a hall there are thousands of others.
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = h AND to = g
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: h, later: g, step: 3, forward: true, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 + f1 + f2 THEN g END) AS homes
  RETURN met[..$most_links] AS fl3, size(met) AS f3_count, homes[..$most_links] AS f3
}
CALL (h0, as_of, within) {
  UNWIND h0 AS h
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = g AND to = h
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: g, later: h, step: 1, forward: false, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 THEN g END) AS homes
  RETURN met[..$most_links] AS bl1, size(met) AS b1_count, homes[..$most_links] AS b1
}
CALL (h0, b1, as_of, within) {
  UNWIND b1 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = g AND to = h
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: g, later: h, step: 2, forward: false, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 + b1 THEN g END) AS homes
  RETURN met[..$most_links] AS bl2, size(met) AS b2_count, homes[..$most_links] AS b2
}
CALL (h0, b1, b2, as_of, within) {
  UNWIND b2 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
  UNWIND l.people AS id
  WITH DISTINCT h, g, id, as_of, within
  MATCH (p:Person {id: id})
  WHERE p.shielded IS NULL
  MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
  WHERE from = g AND to = h
    AND left.from < came.from AND left.to < came.to AND left.to <= as_of AND came.from <= as_of
    AND came.from <= left.to + within AND left.to <= came.from + within
  WITH h, g, max(CASE WHEN left.to > came.from THEN left.to ELSE came.from END) AS at, collect(DISTINCT id) AS people
  ORDER BY at DESC, g.id, h.id
  WITH collect({earlier: g, later: h, step: 3, forward: false, people: people}) AS met,
    collect(DISTINCT CASE WHEN NOT g IN h0 + b1 + b2 THEN g END) AS homes
  RETURN met[..$most_links] AS bl3, size(met) AS b3_count, homes[..$most_links] AS b3
}
WITH [f1_count, f2_count, f3_count] AS met_later, [b1_count, b2_count, b3_count] AS met_earlier,
  bl1 + bl2 + bl3 + fl1 + fl2 + fl3 AS rows
CALL (rows) {
  UNWIND rows AS row
  UNWIND [row.earlier, row.later] AS h
  WITH h, reduce(joined = [], each IN collect(row.people) | joined + each) AS movers
  CALL (h, movers) {
    WITH h WHERE NOT h.communal
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE p.shielded IS NULL
    RETURN p, spell
    UNION
    WITH h, movers WHERE h.communal
    UNWIND movers AS id
    MATCH (p:Person {id: id})-[spell:MEMBER_OF]->(home:Household)
    WHERE home = h
    RETURN p, spell
  }
  WITH h, collect({person: p.id, start: toString(spell.from), end: toString(spell.to)}) AS members
  RETURN collect({id: h.id, communal: h.communal, members: members,
    address: head(COLLECT { MATCH (h)-[:HOUSEHOLD_AT]->(a:Address) RETURN a.id ORDER BY a.id })}) AS homes
}
RETURN [row IN rows | {earlier: row.earlier.id, later: row.later.id, forward: row.forward, step: row.step}] AS pairs,
  homes, met_earlier, met_later
