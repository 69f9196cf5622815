// Households linked by people who belonged to both, outwards from one, with those people, the addresses, and what the caller may know of contacts.
// Communal households and people of very many homes are shown, not passed through. Nothing after $as_of is looked at.
// access: read
// param $ids: list of string, ids of households; old ones lead to their successors
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $as_of: string, as ISO text: the moment of which the answer is, not after $now
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $depth: integer, 1 to 4 steps from household to household
// param $most_households: integer, new households a step
// param $most_people: integer, new people a step
// param $most_homes: integer, homes from which on a person is a hub
// param $most_counted: integer, members of a communal household to count at most
// param $most_contacts: integer
// column superseded: list of map, {id, successors} of every old id among $ids
// column households: list of map, {id, step, communal, addresses, member_count, present_count, members}
// column people: list of map, {id, step, homes}
// column addresses: list of map, {id, part_of}
// column met_people: list of integer, new people of each step, those cut included
// column met_households: list of integer, new households of each step, those cut included
// column contacts: list of map, newest first
// column contact_count: integer, those cut included
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}
WITH datetime($now) AS now, datetime($as_of) AS as_of
// part: terms_in_force
CALL (now) {
  UNWIND $ids AS id
  MATCH (old:Household {id: id})
  // One at a shielded address goes no further than this, so that passing it over takes no time.
  WITH id, old WHERE NOT EXISTS { (old)-[:HOUSEHOLD_AT]->(at:Address) WHERE at.shielded }
  MATCH (old)-[:SUPERSEDED_BY*0..32]->(e:Household)
  WHERE NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
    AND NOT EXISTS { (e)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND (NOT EXISTS { (e)<-[:MEMBER_OF]-(:Person) } OR EXISTS { (e)<-[:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL })
  WITH id, old, e ORDER BY e.id
  WITH id, old, collect(DISTINCT CASE WHEN e.recorded_to > now THEN e END) AS successors
  RETURN collect({id: id, old: old, successors: successors}) AS asked
}
CALL (asked, as_of) {
  UNWIND asked AS ask
  UNWIND ask.successors AS h
  // One that is formed later is not there yet.
  WITH DISTINCT h, as_of
  WHERE EXISTS { (h)<-[spell:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL AND spell.from <= as_of }
  WITH h LIMIT $most_households
  RETURN collect(h) AS h0
}
CALL (h0, as_of) {
  UNWIND h0 AS h
  WITH h WHERE $depth >= 1 AND true
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= as_of AND p.shielded IS NULL AND NOT p IN []
  WITH p, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p1, size(met) AS p1_count
}
CALL (h0, p1, as_of) {
  UNWIND p1 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
  WHERE spell.from <= as_of AND a.shielded IS NULL
  WITH p, h, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest
  WITH p, collect({h: h, latest: latest}) AS homes ORDER BY p.id
  WITH collect({id: p.id, step: 1, homes: size(homes)}) AS shown, collect(CASE WHEN size(homes) < $most_homes THEN homes END) AS followed
  CALL (h0, followed) {
    UNWIND followed AS homes
    UNWIND homes AS home
    WITH home.h AS h, max(home.latest) AS latest
    WHERE NOT h IN h0
    WITH h ORDER BY latest DESC, h.id
    RETURN collect(h) AS met
  }
  RETURN shown AS s1, met[..$most_households] AS h1, size(met) AS h1_count
}
CALL (h1, p1, as_of) {
  UNWIND h1 AS h
  WITH h WHERE $depth >= 2 AND NOT h.communal
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= as_of AND p.shielded IS NULL AND NOT p IN p1
  WITH p, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p2, size(met) AS p2_count
}
CALL (h0, h1, p2, as_of) {
  UNWIND p2 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
  WHERE spell.from <= as_of AND a.shielded IS NULL
  WITH p, h, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest
  WITH p, collect({h: h, latest: latest}) AS homes ORDER BY p.id
  WITH collect({id: p.id, step: 2, homes: size(homes)}) AS shown, collect(CASE WHEN size(homes) < $most_homes THEN homes END) AS followed
  CALL (h0, h1, followed) {
    UNWIND followed AS homes
    UNWIND homes AS home
    WITH home.h AS h, max(home.latest) AS latest
    WHERE NOT h IN h0 + h1
    WITH h ORDER BY latest DESC, h.id
    RETURN collect(h) AS met
  }
  RETURN shown AS s2, met[..$most_households] AS h2, size(met) AS h2_count
}
CALL (h2, p1, p2, as_of) {
  UNWIND h2 AS h
  WITH h WHERE $depth >= 3 AND NOT h.communal
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= as_of AND p.shielded IS NULL AND NOT p IN p1 + p2
  WITH p, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p3, size(met) AS p3_count
}
CALL (h0, h1, h2, p3, as_of) {
  UNWIND p3 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
  WHERE spell.from <= as_of AND a.shielded IS NULL
  WITH p, h, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest
  WITH p, collect({h: h, latest: latest}) AS homes ORDER BY p.id
  WITH collect({id: p.id, step: 3, homes: size(homes)}) AS shown, collect(CASE WHEN size(homes) < $most_homes THEN homes END) AS followed
  CALL (h0, h1, h2, followed) {
    UNWIND followed AS homes
    UNWIND homes AS home
    WITH home.h AS h, max(home.latest) AS latest
    WHERE NOT h IN h0 + h1 + h2
    WITH h ORDER BY latest DESC, h.id
    RETURN collect(h) AS met
  }
  RETURN shown AS s3, met[..$most_households] AS h3, size(met) AS h3_count
}
CALL (h3, p1, p2, p3, as_of) {
  UNWIND h3 AS h
  WITH h WHERE $depth >= 4 AND NOT h.communal
  MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
  WHERE spell.from <= as_of AND p.shielded IS NULL AND NOT p IN p1 + p2 + p3
  WITH p, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest ORDER BY latest DESC, p.id
  WITH collect(p) AS met
  RETURN met[..$most_people] AS p4, size(met) AS p4_count
}
CALL (h0, h1, h2, h3, p4, as_of) {
  UNWIND p4 AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
  WHERE spell.from <= as_of AND a.shielded IS NULL
  WITH p, h, max(CASE WHEN spell.to > as_of THEN as_of ELSE spell.to END) AS latest
  WITH p, collect({h: h, latest: latest}) AS homes ORDER BY p.id
  WITH collect({id: p.id, step: 4, homes: size(homes)}) AS shown, collect(CASE WHEN size(homes) < $most_homes THEN homes END) AS followed
  CALL (h0, h1, h2, h3, followed) {
    UNWIND followed AS homes
    UNWIND homes AS home
    WITH home.h AS h, max(home.latest) AS latest
    WHERE NOT h IN h0 + h1 + h2 + h3
    WITH h ORDER BY latest DESC, h.id
    RETURN collect(h) AS met
  }
  RETURN shown AS s4, met[..$most_households] AS h4, size(met) AS h4_count
}
WITH now, as_of, asked, agreements, covering, p1 + p2 + p3 + p4 AS people,
  [p1_count, p2_count, p3_count, p4_count] AS met_people, [h1_count, h2_count, h3_count, h4_count] AS met_households,
  s1 + s2 + s3 + s4 AS shown_people,
  [h IN h0 | {h: h, step: 0}] + [h IN h1 | {h: h, step: 1}] + [h IN h2 | {h: h, step: 2}]
    + [h IN h3 | {h: h, step: 3}] + [h IN h4 | {h: h, step: 4}] AS homes
CALL (homes, people, as_of) {
  // From the people, whose homes are few: of a hall there are thousands of others.
  WITH people, as_of, [home IN homes | home.h] AS shown
  UNWIND people AS p
  MATCH (p)-[spell:MEMBER_OF]->(h:Household)
  WHERE spell.from <= as_of AND h IN shown
  WITH h, p, spell ORDER BY spell.to DESC, spell.from DESC
  WITH h, p, collect({begin: spell.from.epochMillis, inferred: spell.inferred,
    end: CASE WHEN spell.to > as_of THEN 253402214400000 ELSE spell.to.epochMillis END}) AS spells
  ORDER BY spells[0].end DESC, p.id
  WITH h, collect({id: p.id, spells: spells}) AS members
  RETURN collect({h: h, members: members}) AS rosters
}
CALL (homes, rosters, as_of) {
  UNWIND homes AS home
  WITH home.h AS h, home.step AS step
  CALL (h) {
    MATCH (h)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE a.shielded IS NULL
    RETURN collect(DISTINCT a) AS places
  }
  CALL (h, as_of) {
    WITH h WHERE h.communal
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE spell.from <= as_of AND p.shielded IS NULL
    // How many there are is counted no further than this: a hall has thousands.
    WITH p, spell.to > as_of AS present LIMIT $most_counted
    RETURN count(DISTINCT p) AS member_count, count(DISTINCT CASE WHEN present THEN p END) AS present_count, true AS few
    UNION
    WITH h WHERE NOT h.communal
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE spell.from <= as_of AND p.shielded IS NULL
    RETURN count(DISTINCT p) AS member_count, count(DISTINCT CASE WHEN spell.to > as_of THEN p END) AS present_count, false AS few
  }
  RETURN collect(h{.id, .communal, step: step, addresses: [a IN places | a.id], member_count: member_count,
    present_count: present_count,
    members: coalesce(head([roster IN rosters WHERE roster.h = h | roster.members]), [])}) AS households,
    reduce(joined = [], each IN collect(places) | joined + each) AS all_places,
    reduce(joined = [], each IN collect(CASE WHEN h.communal AND step > 0 THEN [] ELSE places END) | joined + each) AS places
}
CALL (all_places, now) {
  UNWIND all_places AS a
  WITH DISTINCT a
  OPTIONAL MATCH (a)-[:PART_OF]->(building:Address)
  // One of which only people or contacts that are shielded speak is not there.
  WHERE building.shielded IS NULL
    AND EXISTS {
      MATCH (building)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= now AND known.recorded_to > now AND
        // part: address_spoken_of
    }
  WITH a, min(building.id) AS part_of ORDER BY a.id
  RETURN collect({id: a.id, part_of: part_of}) AS addresses
}
CALL (people, places, covering, now) {
  CALL (people, places, now) {
    UNWIND people AS p
    MATCH (p)<-[link:RESOLVES_TO]-(r:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now
    RETURN c, p.id AS person, null AS address
    UNION ALL
    UNWIND places AS a
    WITH DISTINCT a
    MATCH (a)<-[link:RESOLVES_TO]-(r:AddressRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now
    RETURN c, null AS person, a.id AS address
  }
  WITH c, collect(DISTINCT person) AS whom, collect(DISTINCT address) AS at_places
  // What may be seen is what may be seen today: an earlier moment opens no older window, and makes nothing the latest
  // that is not the latest now. Asked about many moments it would else list them all.
  WHERE c.recorded_from <= now AND c.recorded_to > now AND c.shielded IS NULL AND c.data_class IN $data_classes
  WITH c, whom, at_places, c.at AS at, c.status = 'open' AS open,
    head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
  WHERE cover IS NULL OR open OR at >= cover.from
  WITH c, whom, at_places, at, open, cover ORDER BY at.epochMillis DESC, c.id DESC
  RETURN collect(CASE WHEN cover IS NOT NULL THEN {c: c, people: whom, addresses: at_places, at: at, open: open,
      full: cover.full} END) AS held,
    collect(DISTINCT CASE WHEN cover IS NULL THEN c.data_class END) AS uncovered
}
CALL (held) {
  // The rows come newest first, and collect keeps their order: the first of each group is its latest.
  UNWIND held AS row
  UNWIND row.people + row.addresses AS subject
  WITH subject, row.c.agency AS agency, row.c.type AS type, collect(row.c)[0] AS latest
  RETURN collect(DISTINCT latest) AS latest
}
CALL (held, latest, as_of) {
  UNWIND [row IN held WHERE row.at <= as_of AND (row.open OR row.full OR row.c IN latest)] AS row
  WITH row.c AS c, row, row.c.closed_at AS closed_at
  WITH c, row, CASE WHEN closed_at > as_of THEN null ELSE closed_at END AS closed_at, coalesce(closed_at > as_of, false) AS closed_later
  WITH collect(c{.id, .agency, .type, .category, .severity, .team, .data_class, at: row.at.epochMillis,
    contested: EXISTS { MATCH (c)<--(said:PersonRecord) WHERE said.contested AND said.shielded IS NULL },
    status: CASE WHEN closed_later THEN 'open' ELSE c.status END,
    closed_at: closed_at.epochMillis, people: row.people, addresses: row.addresses}) AS listed
  // What is open is the last to be cut, however old it is.
  WITH size(listed) AS contact_count,
    ([each IN listed WHERE each.status = 'open'] + [each IN listed WHERE each.status <> 'open'])[..$most_contacts] AS kept
  CALL (kept) {
    UNWIND kept AS each
    WITH each ORDER BY each.at DESC, each.id DESC
    RETURN collect(each) AS contacts
  }
  RETURN contacts, contact_count
}
// part: whom_to_ring
RETURN households, shown_people AS people, addresses, met_people, met_households, contacts, contact_count, agreements, uncovered,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.id, successors: [e IN ask.successors | e.id]}] AS superseded,
  agencies, duty_teams + own_teams AS teams
