// What households came from and what became of them: links of people who left together, up to three steps each way.
// Communal households are shown, not passed through.
// access: read
// param $ids: list of string, ids of households that are in use
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $as_of: string, as ISO text: a move is shown once the last of those who went had come
// param $most_links: integer, links a step in each direction
// column links: list of map, {earlier, later, forward, step, left, at, same_address, earlier_communal, later_communal, people, stayed, met, beside}
// column met_earlier: list of integer, links of each step back, those cut included
// column met_later: list of integer, links of each step forward, those cut included
WITH datetime($now) AS now, datetime($as_of) AS as_of
CALL (now) {
  UNWIND $ids AS id
  MATCH (h:Household {id: id})
  WHERE h.recorded_to > now
  RETURN collect(DISTINCT h) AS h0
}
CALL (h0, as_of) {
  UNWIND h0 AS h
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 THEN g END) AS homes
  RETURN met[..$most_links] AS fl1, size(met) AS f1_count, homes[..$most_links] AS f1
}
CALL (h0, f1, as_of) {
  UNWIND f1 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 + f1 THEN g END) AS homes
  RETURN met[..$most_links] AS fl2, size(met) AS f2_count, homes[..$most_links] AS f2
}
CALL (h0, f1, f2, as_of) {
  UNWIND f2 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)-[l:LED_TO]->(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 + f1 + f2 THEN g END) AS homes
  RETURN met[..$most_links] AS fl3, size(met) AS f3_count, homes[..$most_links] AS f3
}
CALL (h0, as_of) {
  UNWIND h0 AS h
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 THEN g END) AS homes
  RETURN met[..$most_links] AS bl1, size(met) AS b1_count, homes[..$most_links] AS b1
}
CALL (h0, b1, as_of) {
  UNWIND b1 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 + b1 THEN g END) AS homes
  RETURN met[..$most_links] AS bl2, size(met) AS b2_count, homes[..$most_links] AS b2
}
CALL (h0, b1, b2, as_of) {
  UNWIND b2 AS h
  WITH h WHERE NOT h.communal
  MATCH (h)<-[l:LED_TO]-(g:Household)
  WHERE l.at <= as_of AND EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { MATCH (p:Person) WHERE p.id IN l.people AND p.shielded IS NULL }
  WITH l, g ORDER BY l.at DESC, g.id
  WITH collect(l) AS met, collect(DISTINCT CASE WHEN NOT g IN h0 + b1 + b2 THEN g END) AS homes
  RETURN met[..$most_links] AS bl3, size(met) AS b3_count, homes[..$most_links] AS b3
}
WITH [f1_count, f2_count, f3_count] AS met_later, [b1_count, b2_count, b3_count] AS met_earlier,
  [l IN bl1 | {l: l, step: 1, forward: false}] + [l IN bl2 | {l: l, step: 2, forward: false}] + [l IN bl3 | {l: l, step: 3, forward: false}]
    + [l IN fl1 | {l: l, step: 1, forward: true}] + [l IN fl2 | {l: l, step: 2, forward: true}]
    + [l IN fl3 | {l: l, step: 3, forward: true}] AS rows
CALL (rows) {
  UNWIND rows AS row
  WITH row, row.l AS l, startNode(row.l) AS e, endNode(row.l) AS g
  // Only people who may be known of are named, and the kind of the link is made of them again.
  CALL (l) {
    UNWIND l.people + l.stayed + l.met + l.beside AS id
    MATCH (p:Person {id: id}) WHERE p.shielded IS NULL
    RETURN collect(id) AS shown
  }
  RETURN collect({earlier: e.id, later: g.id, forward: row.forward, step: row.step, left: l.left.epochMillis, at: l.at.epochMillis,
    same_address: EXISTS { MATCH (e)-[:HOUSEHOLD_AT]->(:Address)<-[:HOUSEHOLD_AT]-(g) },
    earlier_communal: e.communal, later_communal: g.communal,
    people: [id IN l.people WHERE id IN shown], stayed: [id IN l.stayed WHERE id IN shown],
    met: [id IN l.met WHERE id IN shown], beside: [id IN l.beside WHERE id IN shown]}) AS links
}
RETURN links, met_earlier, met_later
