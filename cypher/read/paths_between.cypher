// What chains between two people may be made of: shared households and addresses, and contacts that touch both.
// Looked for from both sides. Nobody is reached through a communal household, an address of many, a contact of many, or a person of very many homes.
// Of an earlier moment only contacts tie that are listed one by one: many moments would tell when each of the others was.
// access: read
// param $left: list of string, ids of a person; old ones lead to their successors
// param $right: list of string, ids of another
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $as_of: string, as ISO text: the moment of which the answer is, not after $now
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $steps_left: integer, 1 or 2 steps from the first person
// param $steps_right: integer, 0 to 2 steps from the other
// param $most_homes: integer, homes from which on a person is a hub
// param $most_touched: integer, people that a contact may touch
// param $most_residents: integer, people who ever lived at an address, from which on it is a hub
// param $most_ties: integer, ties of each step from each side
// column lefts: list of string, who the first id stands for
// column rights: list of string, who the other id stands for
// column ties: list of map, {left, right, kind, via, agency}: household, address or contact; the agency of a contact, for the audit log alone
// column hubs: list of string, ids of what was met and not walked through
// column met: list of integer, ties met at each step from each side, those cut included
// column superseded: list of map, {id, successors} of every old id among those asked for
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column agencies: list of map, none: no agency is named
// column teams: list of map, none: no team is named
WITH datetime($now) AS now, datetime($as_of) AS as_of
// part: terms_in_force
CALL (now) {
  UNWIND [id IN $left | {id: id, left: true}] + [id IN $right | {id: id, left: false}] AS ask
  MATCH (old:Person {id: ask.id})-[:SUPERSEDED_BY*0..32]->(e:Person)
  WHERE NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
  WITH ask, old, e ORDER BY e.id
  WITH ask, old, collect(DISTINCT CASE WHEN e.recorded_to > now THEN e END) AS successors
  RETURN collect({id: ask.id, left: ask.left, old: old, successors: successors}) AS asked
}
WITH now, as_of, agreements, covering, asked,
  reduce(joined = [], ask IN [each IN asked WHERE each.left] | joined + ask.successors) AS l0,
  reduce(joined = [], ask IN [each IN asked WHERE NOT each.left] | joined + ask.successors) AS r0
CALL (l0, now, as_of, covering) {
  UNWIND l0 AS p
  CALL (p, now, as_of, covering) {
    MATCH (p)-[m:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE m.from <= as_of AND a.shielded IS NULL
    WITH p, m, h, a, h.communal OR size(COLLECT { MATCH (a)<-[:HOUSEHOLD_AT]-(:Household)<-[:MEMBER_OF]-(r:Person) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_residents }) = $most_residents AS hub
    OPTIONAL MATCH (a)<-[:HOUSEHOLD_AT]-(g:Household)<-[n:MEMBER_OF]-(q:Person)
    WHERE NOT hub AND n.from <= as_of AND q <> p AND q.shielded IS NULL AND NOT g.communal
    WITH h, a, hub, q, h = g AND m.from < n.to AND n.from < m.to AS together
    RETURN q, CASE WHEN together THEN 'household' ELSE 'address' END AS kind, CASE WHEN together THEN h.id ELSE a.id END AS via, null AS agency,
      CASE WHEN h.communal THEN h.id WHEN hub THEN a.id END AS hub, null AS uncovered
    UNION
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now AND c.recorded_from <= now AND c.recorded_to > now
      AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH DISTINCT p, c, head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR c.at <= as_of AND (c.status = 'open' OR c.at >= cover.from AND (cover.full OR as_of = now))
    WITH p, c, cover, size(COLLECT { MATCH (c)<--(r:PersonRecord) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_touched }) = $most_touched AS hub
    OPTIONAL MATCH (c)<--(:PersonRecord)-[link:RESOLVES_TO]->(q:Person)
    WHERE cover IS NOT NULL AND NOT hub AND link.recorded_from <= now AND link.recorded_to > now AND q <> p AND q.shielded IS NULL
    RETURN q, 'contact' AS kind, c.id AS via, c.agency AS agency, CASE WHEN hub AND cover IS NOT NULL THEN c.id END AS hub,
      CASE WHEN cover IS NULL THEN c.data_class END AS uncovered
  }
  WITH p, q, kind, via, agency, hub, uncovered ORDER BY q.id, kind, via
  WITH collect(DISTINCT CASE WHEN q IS NOT NULL THEN {p: p, q: q, kind: kind, via: via, agency: agency} END) AS found,
    collect(DISTINCT hub) AS hubs, collect(DISTINCT uncovered) AS uncovered
  RETURN found[..$most_ties] AS l1_ties, size(found) AS l1_met, hubs AS l1_hubs, uncovered AS l1_uncovered
}
CALL (l1_ties, l0, r0, as_of) {
  UNWIND l1_ties AS tie
  WITH DISTINCT tie.q AS q
  WITH q, NOT q IN l0 AND NOT q IN r0 AND COUNT { MATCH (q)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE spell.from <= as_of AND a.shielded IS NULL RETURN DISTINCT h } >= $most_homes AS many
  RETURN collect(CASE WHEN many THEN q.id END) AS l1_many, collect(CASE WHEN NOT many THEN q END) AS l1_on
}
CALL (r0, now, as_of, covering) {
  UNWIND CASE WHEN $steps_right > 0 THEN r0 ELSE [] END AS p
  CALL (p, now, as_of, covering) {
    MATCH (p)-[m:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE m.from <= as_of AND a.shielded IS NULL
    WITH p, m, h, a, h.communal OR size(COLLECT { MATCH (a)<-[:HOUSEHOLD_AT]-(:Household)<-[:MEMBER_OF]-(r:Person) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_residents }) = $most_residents AS hub
    OPTIONAL MATCH (a)<-[:HOUSEHOLD_AT]-(g:Household)<-[n:MEMBER_OF]-(q:Person)
    WHERE NOT hub AND n.from <= as_of AND q <> p AND q.shielded IS NULL AND NOT g.communal
    WITH h, a, hub, q, h = g AND m.from < n.to AND n.from < m.to AS together
    RETURN q, CASE WHEN together THEN 'household' ELSE 'address' END AS kind, CASE WHEN together THEN h.id ELSE a.id END AS via, null AS agency,
      CASE WHEN h.communal THEN h.id WHEN hub THEN a.id END AS hub, null AS uncovered
    UNION
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now AND c.recorded_from <= now AND c.recorded_to > now
      AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH DISTINCT p, c, head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR c.at <= as_of AND (c.status = 'open' OR c.at >= cover.from AND (cover.full OR as_of = now))
    WITH p, c, cover, size(COLLECT { MATCH (c)<--(r:PersonRecord) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_touched }) = $most_touched AS hub
    OPTIONAL MATCH (c)<--(:PersonRecord)-[link:RESOLVES_TO]->(q:Person)
    WHERE cover IS NOT NULL AND NOT hub AND link.recorded_from <= now AND link.recorded_to > now AND q <> p AND q.shielded IS NULL
    RETURN q, 'contact' AS kind, c.id AS via, c.agency AS agency, CASE WHEN hub AND cover IS NOT NULL THEN c.id END AS hub,
      CASE WHEN cover IS NULL THEN c.data_class END AS uncovered
  }
  WITH p, q, kind, via, agency, hub, uncovered ORDER BY q.id, kind, via
  WITH collect(DISTINCT CASE WHEN q IS NOT NULL THEN {p: p, q: q, kind: kind, via: via, agency: agency} END) AS found,
    collect(DISTINCT hub) AS hubs, collect(DISTINCT uncovered) AS uncovered
  RETURN found[..$most_ties] AS r1_ties, size(found) AS r1_met, hubs AS r1_hubs, uncovered AS r1_uncovered
}
CALL (r1_ties, l0, r0, as_of) {
  UNWIND r1_ties AS tie
  WITH DISTINCT tie.q AS q
  WITH q, NOT q IN l0 AND NOT q IN r0 AND COUNT { MATCH (q)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE spell.from <= as_of AND a.shielded IS NULL RETURN DISTINCT h } >= $most_homes AS many
  RETURN collect(CASE WHEN many THEN q.id END) AS r1_many, collect(CASE WHEN NOT many THEN q END) AS r1_on
}
WITH *, any(q IN l1_on WHERE q IN r0 OR q IN r1_on) AS met
// Where the two sides have met already, no longer chain is looked for.
WITH *, [q IN CASE WHEN met OR $steps_left < 2 THEN [] ELSE l1_on END WHERE NOT q IN l0] AS l1,
  [q IN CASE WHEN met OR $steps_right < 2 THEN [] ELSE r1_on END WHERE NOT q IN r0] AS r1
CALL (l1, now, as_of, covering) {
  UNWIND l1 AS p
  CALL (p, now, as_of, covering) {
    MATCH (p)-[m:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE m.from <= as_of AND a.shielded IS NULL
    WITH p, m, h, a, h.communal OR size(COLLECT { MATCH (a)<-[:HOUSEHOLD_AT]-(:Household)<-[:MEMBER_OF]-(r:Person) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_residents }) = $most_residents AS hub
    OPTIONAL MATCH (a)<-[:HOUSEHOLD_AT]-(g:Household)<-[n:MEMBER_OF]-(q:Person)
    WHERE NOT hub AND n.from <= as_of AND q <> p AND q.shielded IS NULL AND NOT g.communal
    WITH h, a, hub, q, h = g AND m.from < n.to AND n.from < m.to AS together
    RETURN q, CASE WHEN together THEN 'household' ELSE 'address' END AS kind, CASE WHEN together THEN h.id ELSE a.id END AS via, null AS agency,
      CASE WHEN h.communal THEN h.id WHEN hub THEN a.id END AS hub, null AS uncovered
    UNION
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now AND c.recorded_from <= now AND c.recorded_to > now
      AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH DISTINCT p, c, head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR c.at <= as_of AND (c.status = 'open' OR c.at >= cover.from AND (cover.full OR as_of = now))
    WITH p, c, cover, size(COLLECT { MATCH (c)<--(r:PersonRecord) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_touched }) = $most_touched AS hub
    OPTIONAL MATCH (c)<--(:PersonRecord)-[link:RESOLVES_TO]->(q:Person)
    WHERE cover IS NOT NULL AND NOT hub AND link.recorded_from <= now AND link.recorded_to > now AND q <> p AND q.shielded IS NULL
    RETURN q, 'contact' AS kind, c.id AS via, c.agency AS agency, CASE WHEN hub AND cover IS NOT NULL THEN c.id END AS hub,
      CASE WHEN cover IS NULL THEN c.data_class END AS uncovered
  }
  WITH p, q, kind, via, agency, hub, uncovered ORDER BY q.id, kind, via
  WITH collect(DISTINCT CASE WHEN q IS NOT NULL THEN {p: p, q: q, kind: kind, via: via, agency: agency} END) AS found,
    collect(DISTINCT hub) AS hubs, collect(DISTINCT uncovered) AS uncovered
  RETURN found[..$most_ties] AS l2_ties, size(found) AS l2_met, hubs AS l2_hubs, uncovered AS l2_uncovered
}
CALL (l2_ties, l0, r0, as_of) {
  UNWIND l2_ties AS tie
  WITH DISTINCT tie.q AS q
  WITH q, NOT q IN l0 AND NOT q IN r0 AND COUNT { MATCH (q)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE spell.from <= as_of AND a.shielded IS NULL RETURN DISTINCT h } >= $most_homes AS many
  RETURN collect(CASE WHEN many THEN q.id END) AS l2_many, collect(CASE WHEN NOT many THEN q END) AS l2_on
}
CALL (r1, now, as_of, covering) {
  UNWIND r1 AS p
  CALL (p, now, as_of, covering) {
    MATCH (p)-[m:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE m.from <= as_of AND a.shielded IS NULL
    WITH p, m, h, a, h.communal OR size(COLLECT { MATCH (a)<-[:HOUSEHOLD_AT]-(:Household)<-[:MEMBER_OF]-(r:Person) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_residents }) = $most_residents AS hub
    OPTIONAL MATCH (a)<-[:HOUSEHOLD_AT]-(g:Household)<-[n:MEMBER_OF]-(q:Person)
    WHERE NOT hub AND n.from <= as_of AND q <> p AND q.shielded IS NULL AND NOT g.communal
    WITH h, a, hub, q, h = g AND m.from < n.to AND n.from < m.to AS together
    RETURN q, CASE WHEN together THEN 'household' ELSE 'address' END AS kind, CASE WHEN together THEN h.id ELSE a.id END AS via, null AS agency,
      CASE WHEN h.communal THEN h.id WHEN hub THEN a.id END AS hub, null AS uncovered
    UNION
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now AND c.recorded_from <= now AND c.recorded_to > now
      AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH DISTINCT p, c, head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR c.at <= as_of AND (c.status = 'open' OR c.at >= cover.from AND (cover.full OR as_of = now))
    WITH p, c, cover, size(COLLECT { MATCH (c)<--(r:PersonRecord) WHERE r.shielded IS NULL RETURN 1 LIMIT $most_touched }) = $most_touched AS hub
    OPTIONAL MATCH (c)<--(:PersonRecord)-[link:RESOLVES_TO]->(q:Person)
    WHERE cover IS NOT NULL AND NOT hub AND link.recorded_from <= now AND link.recorded_to > now AND q <> p AND q.shielded IS NULL
    RETURN q, 'contact' AS kind, c.id AS via, c.agency AS agency, CASE WHEN hub AND cover IS NOT NULL THEN c.id END AS hub,
      CASE WHEN cover IS NULL THEN c.data_class END AS uncovered
  }
  WITH p, q, kind, via, agency, hub, uncovered ORDER BY q.id, kind, via
  WITH collect(DISTINCT CASE WHEN q IS NOT NULL THEN {p: p, q: q, kind: kind, via: via, agency: agency} END) AS found,
    collect(DISTINCT hub) AS hubs, collect(DISTINCT uncovered) AS uncovered
  RETURN found[..$most_ties] AS r2_ties, size(found) AS r2_met, hubs AS r2_hubs, uncovered AS r2_uncovered
}
CALL (r2_ties, l0, r0, as_of) {
  UNWIND r2_ties AS tie
  WITH DISTINCT tie.q AS q
  WITH q, NOT q IN l0 AND NOT q IN r0 AND COUNT { MATCH (q)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE spell.from <= as_of AND a.shielded IS NULL RETURN DISTINCT h } >= $most_homes AS many
  RETURN collect(CASE WHEN many THEN q.id END) AS r2_many, collect(CASE WHEN NOT many THEN q END) AS r2_on
}
WITH *, [t IN r2_ties | t.q] + [t IN r1_ties | t.q] + r0 AS from_right, [t IN l2_ties | t.q] + [t IN l1_ties | t.q] + l0 AS from_left
WITH *, [t IN l2_ties WHERE t.q IN from_right] + [t IN r2_ties WHERE t.q IN from_left] AS far
RETURN [p IN l0 | p.id] AS lefts, [p IN r0 | p.id] AS rights,
  [t IN l1_ties + r1_ties + far | {left: t.p.id, right: t.q.id, kind: t.kind, via: t.via, agency: t.agency}] AS ties,
  l1_hubs + r1_hubs + l2_hubs + r2_hubs + l1_many + r1_many + l2_many + r2_many AS hubs, [l1_met, r1_met, l2_met, r2_met] AS met,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.id, successors: [e IN ask.successors | e.id]}] AS superseded,
  agreements, l1_uncovered + r1_uncovered + l2_uncovered + r2_uncovered AS uncovered, [] AS agencies, [] AS teams
