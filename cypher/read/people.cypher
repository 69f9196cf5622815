// What the caller may know about people: where they lived, who is said to be related to them, and contacts newest
// first, each person apart.
// access: read
// param $ids: list of string, ids of people; old ones lead to their successors
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
// param $most_entities: integer, people to answer for at most
// param $most_homes: integer, homes of each to list, latest first
// param $most_relations: integer, relations of each to list; 0 for a caller who may not know them
// column found: list of map, {id, homes, home_count, relations, relation_count, parted, groups, page} of each person
// column superseded: list of map, {id, successors} of every old id among $ids
// column moved: boolean, whether an id led to others at $as_of than it does now, or to nobody yet: then there is no next page
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}
WITH datetime($as_of) AS as_of, datetime($window_from) AS window_from, datetime($since) AS since
// part: terms_in_force
CALL (as_of) {
  UNWIND $ids AS id
  MATCH (old:Person {id: id})
  // One who is shielded goes no further than this, so that passing them over takes no time.
  WITH id, old WHERE old.shielded IS NULL OR old.recorded_to <= as_of
  MATCH (old)-[steps:SUPERSEDED_BY*0..32]->(e:Person)
  WHERE NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
  WITH id, old, e, e.recorded_from > as_of OR any(step IN steps WHERE step.at > as_of) AS moved ORDER BY e.id
  WITH id, old, collect(DISTINCT CASE WHEN e.recorded_to > as_of THEN e END) AS successors, collect(moved) AS moved
  RETURN collect({id: id, old: old, successors: successors, moved: true IN moved}) AS asked
}
CALL (asked) {
  UNWIND asked AS ask
  UNWIND ask.successors AS p
  WITH DISTINCT p LIMIT $most_entities
  RETURN collect(p) AS people
}
CALL (people, covering, as_of, window_from, since) {
  UNWIND people AS p
  CALL (p, covering, as_of) {
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    WITH c, 'person' AS part, p.id AS person
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
      contested: EXISTS { MATCH (c)<--(said:PersonRecord) WHERE said.contested AND said.shielded IS NULL }, parts: row.parts, people: row.people}) AS page
  }
  CALL (p, as_of) {
    MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[stay:HOUSEHOLD_AT]->(a:Address)
    WHERE h.recorded_to > as_of AND a.shielded IS NULL
    WITH h, a, spell ORDER BY spell.to DESC, spell.from DESC, h.id
    WITH h, a, collect({begin: spell.from.epochMillis, end: spell.to.epochMillis, inferred: spell.inferred}) AS spells
    ORDER BY spells[0].end DESC, spells[0].begin DESC, h.id
    WITH collect({household: h.id, communal: h.communal, address: a.id, spells: spells}) AS homes
    RETURN homes[..$most_homes] AS homes, size(homes) AS home_count
  }
  // A split leaves the id with the larger share: whoever noted it down is told whose the others are now.
  CALL (p, as_of) {
    MATCH (p)<-[was:RESOLVES_TO]-(r:PersonRecord)-[link:RESOLVES_TO]->(q:Person)
    WHERE was.recorded_to <= as_of AND link.recorded_from <= as_of AND link.recorded_to > as_of
      AND q <> p AND q.shielded IS NULL AND r.shielded IS NULL
    WITH q.id AS person, max(was.recorded_to) AS at ORDER BY person LIMIT $most_entities
    RETURN collect({person: person, at: at.epochMillis}) AS parted
  }
  CALL (p, covering, as_of) {
    MATCH (p)<-[own:RESOLVES_TO]-(r:PersonRecord)
    WHERE $most_relations > 0 AND own.recorded_from <= as_of AND own.recorded_to > as_of
      AND r.recorded_to > as_of AND r.shielded IS NULL
    CALL (r) {
      MATCH (r)-[said:RELATED]->(name:RelatedId)
      MATCH (other:PersonRecord {id: name.id})
      USING INDEX SEEK other:PersonRecord(id)
      RETURN said, other, false AS theirs
    UNION ALL
      MATCH (name:RelatedId {id: r.id})<-[said:RELATED]-(other:PersonRecord)
      USING INDEX SEEK name:RelatedId(id)
      RETURN said, other, true AS theirs
    }
    WITH p, covering, as_of, said, other, theirs
    WHERE said.recorded_from <= as_of AND said.recorded_to > as_of AND other.recorded_to > as_of AND other.shielded IS NULL
      AND any(g IN covering WHERE g.id = said.agreement AND g.data_class IN $data_classes AND other.agency IN g.parties)
    MATCH (other)-[link:RESOLVES_TO]->(q:Person)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of AND q <> p AND q.shielded IS NULL
    WITH q.id AS person, said.kind AS kind, theirs, other.agency AS agency, min(said.recorded_from) AS since
    ORDER BY person, kind, theirs, agency
    WITH collect({person: person, kind: kind, theirs: theirs, agency: agency, since: since.epochMillis}) AS relations
    RETURN relations[..$most_relations] AS relations, size(relations) AS relation_count
  }
  RETURN collect({id: p.id, homes: homes, home_count: home_count, relations: relations, relation_count: relation_count, parted: parted, page: page, groups: [g IN groups | g{.part, .agency, .type, .in_window, .months, .open,
      latest_at: g.latest.at.epochMillis, latest_id: g.latest.c.id}]}) AS listed,
    collect(uncovered) AS uncovered
}
CALL (listed) {
  UNWIND listed AS each
  UNWIND [g IN each.groups | g.agency] + [r IN each.relations | r.agency] AS agency
  WITH DISTINCT agency AS id
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
