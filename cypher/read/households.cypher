// What the caller may know about households: who belonged when, and contacts of members while they did, newest first.
// access: read
// param $ids: list of string, ids of households; old ones lead to their successors
// param $as_of: string, as ISO text: the moment of which the answer is, that of the first page
// param $window_from: string, as ISO text: 12 months before it
// param $since: string, as ISO text: earliest contact to list, open episodes apart
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $first: integer, contacts a page, and one more to know whether there is a next one
// param $after_at: integer, milliseconds since 1970 of the last contact of the page before
// param $after_id: string, its id
// param $only_open: boolean, whether only open episodes are listed; groups count all the same
// param $most_entities: integer, households to answer for at most
// param $most_people: integer, members whose contacts are looked at, present ones and then latest leavers first
// param $most_members: integer, members of each household to list
// column found: list of map, {id, communal, addresses, members, member_count, present_count, groups, page} of each
// column superseded: list of map, {id, successors} of every old id among $ids
// column moved: boolean, whether who belongs to them is not as it was at $as_of: then there is no next page
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}
WITH datetime($as_of) AS as_of, datetime($window_from) AS window_from, datetime($since) AS since
// part: terms_in_force
CALL (as_of) {
  UNWIND $ids AS id
  MATCH (old:Household {id: id})
  // One at a shielded address goes no further than this, so that passing it over takes no time.
  WITH id, old WHERE NOT EXISTS { (old)-[:HOUSEHOLD_AT]->(at:Address) WHERE at.shielded }
  MATCH (old)-[steps:SUPERSEDED_BY*0..32]->(e:Household)
  WHERE NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
    AND NOT EXISTS { (e)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
    AND (NOT EXISTS { (e)<-[:MEMBER_OF]-(:Person) } OR EXISTS { (e)<-[:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL })
  WITH id, old, e, e.recorded_from > as_of OR e.recorded_to.year < 9999 OR any(step IN steps WHERE step.at > as_of)
    OR EXISTS { (e)-[:HOUSEHOLD_AT]->(home:Address) WHERE home.residents_changed > as_of } AS moved ORDER BY e.id
  WITH id, old, collect(DISTINCT CASE WHEN e.recorded_to > as_of THEN e END) AS successors, collect(moved) AS moved
  RETURN collect({id: id, old: old, successors: successors, moved: true IN moved}) AS asked
}
CALL (asked) {
  UNWIND asked AS ask
  UNWIND ask.successors AS h
  WITH DISTINCT h LIMIT $most_entities
  RETURN collect(h) AS households
}
CALL (households, covering, as_of, window_from, since) {
  UNWIND households AS h
  CALL (h) {
    MATCH (h)-[:HOUSEHOLD_AT]->(a:Address)
    RETURN collect(DISTINCT a.id) AS addresses
  }
  CALL (h, as_of) {
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE spell.from <= as_of AND p.shielded IS NULL
    WITH p, spell ORDER BY spell.to DESC, spell.from DESC
    WITH p, max(spell.to) AS latest, collect({begin: spell.from, end: spell.to, inferred: spell.inferred}) AS spells
    ORDER BY latest DESC, p.id
    RETURN collect({p: p, spells: spells, present: latest > as_of}) AS members
  }
  CALL (members, covering, as_of) {
    UNWIND members[..$most_people] AS member
    WITH member.p AS p, member.spells AS spells, member.present AS present
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    WITH p, c, c.at AS at, spells, present
    WHERE any(spell IN spells WHERE spell.begin <= at AND at < spell.end)
    WITH c, CASE WHEN present THEN 'resident' ELSE 'former_resident' END AS part, p.id AS person
    WITH c, collect(DISTINCT part) AS parts, collect(DISTINCT person) AS people
    WHERE c.recorded_from <= as_of AND c.recorded_to > as_of AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH c, parts, people, c.at AS at, c.status = 'open' AS open,
      head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR open OR at >= cover.from
    WITH c, parts, people, at, open, cover ORDER BY at.epochMillis DESC, c.id DESC
    RETURN collect(CASE WHEN cover IS NOT NULL THEN {c: c, parts: parts, people: people, at: at, open: open,
        full: cover.full, months: cover.months} END) AS contacts,
      collect(DISTINCT CASE WHEN cover IS NULL THEN c.data_class END) AS uncovered
  }
  // part: contacts_grouped
  CALL (contacts, groups, since) {
    UNWIND [row IN contacts WHERE row.open OR row.full] + [g IN groups WHERE NOT g.part IN ['all', 'now', 'before'] | g.latest] AS row
    WITH row.c AS c, head(collect(row)) AS row
    WITH c, row, row.at.epochMillis AS at
    WHERE (row.open OR row.at >= since)
      AND (row.open OR NOT $only_open)
      AND (at < $after_at OR (at = $after_at AND c.id < $after_id))
    ORDER BY at DESC, c.id DESC
    LIMIT $first
    RETURN collect(c{.id, .agency, .type, .status, .category, .severity, .team, .data_class, at: at,
      closed_at: c.closed_at.epochMillis,
      contested: EXISTS { MATCH (c)<--(said:PersonRecord) WHERE said.contested AND said.shielded IS NULL },
      parts: row.parts, people: row.people}) AS page
  }
  RETURN collect(h{.id, .communal, addresses: addresses, member_count: size(members), page: page,
    present_count: size([m IN members WHERE m.present]), groups: [g IN groups | g{.part, .agency, .type, .in_window, .months, .open,
      latest_at: g.latest.at.epochMillis, latest_id: g.latest.c.id}],
    members: [m IN members[..$most_members] | {id: m.p.id,
      spells: [s IN m.spells | {begin: s.begin.epochMillis, end: s.end.epochMillis, inferred: s.inferred}]}]}) AS listed,
    collect(uncovered) AS uncovered
}
CALL (listed) {
  UNWIND listed AS each
  UNWIND each.groups AS g
  WITH DISTINCT g.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  OPTIONAL MATCH (team:Team {id: agency.duty_team})
  RETURN collect({id: id, name: agency.name, kind: agency.kind, team: agency.duty_team}) AS agencies,
    collect(team{.id, .agency, .name, .phone, .hours}) AS duty_teams
}
CALL (listed) {
  UNWIND listed AS each
  UNWIND each.page AS contact
  WITH DISTINCT contact.team AS id
  MATCH (team:Team {id: id})
  RETURN collect(team{.id, .agency, .name, .phone, .hours}) AS own_teams
}
RETURN listed AS found, agreements, reduce(joined = [], each IN uncovered | joined + each) AS uncovered,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.id, successors: [e IN ask.successors | e.id]}] AS superseded,
  any(ask IN asked WHERE ask.moved) AS moved, agencies, duty_teams + own_teams AS teams
