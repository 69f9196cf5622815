// Everything the caller may know about a place: how it was matched, who lived there when, contacts in four parts, newest first.
// What is shielded is passed over wherever it is met, as if it were not there; and so is a record of an address that only
// people who are shielded, or contacts that are, speak of.
// access: read
// param $ids: list of string, ids of addresses asked for by id; old ones lead to their successors
// param $uprn: list of map, {token, rank, area} to look for, as in the next four; the lowest rank that finds an address wins
// param $place: list of map, unit, number or name, street and postcode; also the building of a flat
// param $postcode_place: list of map, unit, number or name and postcode; also the building of a flat
// param $street_place: list of map, unit, number or name and street, in the area if one is given; also the building of a flat
// param $written: list of map, the whole line as written
// param $but: list of string, ids of addresses that those find and that are not what was typed: flats of another house
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
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not known
// param $most_addresses: integer, addresses to answer for at most
// param $most_people: integer, residents to look at, present ones and then latest leavers first
// param $most_households: integer, households to list
// param $most_members: integer, members of each household to list
// column places: list of map, {id, rank, part_of, units}
// column place_count: integer, how many matched, those cut included; of several nothing but `places` is told
// column unresolved: integer, matching records that are not resolved yet
// column superseded: list of map, {id, successors} of every old id among $ids
// column moved: boolean, whether what the place is, or who lived there, is not as it was at $as_of: then there is no next page
// column households: list of map, {id, communal, addresses, members, member_count, present_count}
// column household_count: integer
// column people_count: integer, residents ever, those cut included
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column groups: list of map, {part, agency, type, latest_at, latest_id, latest_places, in_window, months, open}
// column page: list of map, contacts; `places` are the matched addresses that they are about
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}
WITH datetime($as_of) AS as_of, datetime($window_from) AS window_from, datetime($since) AS since
// part: terms_in_force
CALL (as_of) {
  CALL (as_of) {
    UNWIND $uprn AS seek MATCH (r:AddressRecord {uprn: seek.token})
    // Where a gazetteer has the number it is that property's, whatever else some agency gave it to.
    WHERE r.agency = $gazetteer OR NOT EXISTS {
      // The number under every key version that records may be of.
      MATCH (property:AddressRecord)
      WHERE property.uprn IN [each IN $uprn | each.token] AND property.agency = $gazetteer AND property.recorded_from <= as_of AND property.recorded_to > as_of
    }
    RETURN r, seek.rank AS rank
    UNION ALL
    UNWIND $place AS seek MATCH (r:AddressRecord {place: seek.token}) RETURN r, seek.rank AS rank
    UNION ALL
    UNWIND $postcode_place AS seek MATCH (r:AddressRecord {postcode_place: seek.token}) RETURN r, seek.rank AS rank
    UNION ALL
    UNWIND $street_place AS seek MATCH (r:AddressRecord {street_place: seek.token})
    WHERE seek.area = '' OR seek.area IN [r.area_building, r.local_building]
    RETURN r, seek.rank AS rank
    UNION ALL
    UNWIND $written AS seek MATCH (r:AddressRecord {written: seek.token}) RETURN r, seek.rank AS rank
  }
  // Shielded ones go no further than this, so that passing them over takes no time.
  WITH r, min(rank) AS rank
  WITH collect(CASE WHEN r.shielded IS NULL THEN {r: r, rank: rank} END) AS candidates, count(r.shielded) AS shielded
  CALL (candidates, as_of) {
    UNWIND candidates AS candidate
    WITH candidate.r AS r, candidate.rank AS rank
    WHERE r.recorded_from <= as_of AND r.recorded_to > as_of
    WITH r, rank WHERE EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
      OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
      OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) }
    OPTIONAL MATCH (r)-[link:RESOLVES_TO]->(a:Address) WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    WITH a, min(rank) AS rank, count(CASE WHEN r.agency <> $gazetteer THEN 1 END) AS records ORDER BY rank, a.id
    // What only a gazetteer has is not known: it answers as what is not there, and so does what is shielded.
    WHERE a IS NULL OR a.shielded IS NULL AND NOT a.id IN $but AND (EXISTS {
      MATCH (a)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
        AND said.agency <> $gazetteer AND
          // part: address_spoken_of
    } OR EXISTS {
      MATCH (a)<-[:PART_OF]-(unit:Address)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
        AND said.agency <> $gazetteer AND said.shielded IS NULL AND unit.shielded IS NULL
        AND (EXISTS { (said)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
          OR EXISTS { (said)-->(c:Contact) WHERE c.shielded IS NULL }
          OR NOT EXISTS { (said)<-[:LIVES_AT]-() } AND NOT EXISTS { (said)-->(:Contact) })
    })
    RETURN collect(CASE WHEN a IS NOT NULL THEN {a: a, rank: rank} END) AS matched,
      sum(CASE WHEN a IS NULL THEN records ELSE 0 END) AS unresolved
  }
  // A new record of a shielded place is counted by nobody: once resolved it would be gone.
  RETURN matched, CASE WHEN shielded = 0 THEN unresolved ELSE 0 END AS unresolved
}
CALL (as_of) {
  UNWIND $ids AS id
  MATCH (old:Address {id: id})
  WITH old WHERE old.shielded IS NULL OR old.recorded_to <= as_of
  MATCH (old)-[steps:SUPERSEDED_BY*0..32]->(a:Address)
  WHERE NOT EXISTS { (a)-[:SUPERSEDED_BY]->() } AND a.shielded IS NULL
    // Whoever has the id is told what asking by text would tell; of one that has ended, what it once told.
    AND (a.recorded_to <= as_of AND EXISTS {
      MATCH (a)<-[:RESOLVES_TO]-(said:AddressRecord)
      WHERE said.agency <> $gazetteer AND
        // part: address_spoken_of
    } OR a.recorded_to > as_of AND (EXISTS {
      MATCH (a)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
        AND said.agency <> $gazetteer AND
          // part: address_spoken_of
    } OR EXISTS {
      MATCH (a)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
        AND said.agency = $gazetteer AND said.shielded IS NULL
    } AND EXISTS {
      MATCH (a)<-[:PART_OF]-(unit:Address)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
        AND said.agency <> $gazetteer AND said.shielded IS NULL AND unit.shielded IS NULL
        AND (EXISTS { (said)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
          OR EXISTS { (said)-->(c:Contact) WHERE c.shielded IS NULL }
          OR NOT EXISTS { (said)<-[:LIVES_AT]-() } AND NOT EXISTS { (said)-->(:Contact) })
    }))
  WITH old, collect(DISTINCT CASE WHEN a.recorded_to > as_of THEN a END) AS successors,
    collect(a.recorded_from > as_of OR any(step IN steps WHERE step.at > as_of)) AS moved
  RETURN collect({old: old, successors: successors, moved: true IN moved}) AS asked
}
WITH as_of, window_from, since, agreements, covering, unresolved,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.old.id, successors: [a IN ask.successors | a.id]}] AS superseded,
  any(ask IN asked WHERE ask.moved) AS led_elsewhere,
  [match IN matched WHERE match.rank = matched[0].rank]
    + reduce(joined = [], ask IN asked | joined + [a IN ask.successors | {a: a, rank: 0}]) AS found
CALL (found, as_of) {
  UNWIND found[..$most_addresses] AS place
  WITH place.a AS a, place.rank AS rank
  OPTIONAL MATCH (a)-[:PART_OF]->(building:Address)
  // A gazetteer may speak of the building, for a flat of it is known; but not only what is shielded.
  WHERE building.shielded IS NULL
    AND EXISTS {
      MATCH (building)<-[known:RESOLVES_TO]-(said:AddressRecord)
      WHERE known.recorded_from <= as_of AND known.recorded_to > as_of AND
        // part: address_spoken_of
    }
  WITH a, rank, min(building.id) AS part_of
  // Where several match nothing more is told of any: which of them it is of would be anybody's guess.
  RETURN collect(CASE WHEN size(found) = 1 THEN a END) AS places,
    // By its text it may be found as of then though it has become part of another since, with all who lived there.
    collect(coalesce(a.residents_changed > as_of, false) OR EXISTS { (a)-[:SUPERSEDED_BY]->() }) AS changed,
    collect({id: a.id, rank: rank, part_of: part_of, units: COUNT {
      MATCH (a)<-[:PART_OF]-(unit:Address)
      WHERE unit.shielded IS NULL AND EXISTS {
        MATCH (unit)<-[known:RESOLVES_TO]-(said:AddressRecord)
        WHERE known.recorded_from <= as_of AND known.recorded_to > as_of
          AND said.agency <> $gazetteer AND
            // part: address_spoken_of
      }
    }}) AS shown_places
}
CALL (places, as_of) {
  UNWIND places AS a
  MATCH (a)<-[stay:HOUSEHOLD_AT]-(h:Household)<-[spell:MEMBER_OF]-(p:Person)
  WHERE h.recorded_to > as_of AND p.shielded IS NULL
  WITH a, h, stay, p, spell,
    CASE WHEN spell.from > stay.from THEN spell.from ELSE stay.from END AS begin,
    CASE WHEN spell.to < stay.to THEN spell.to ELSE stay.to END AS end
  WHERE begin < end AND begin <= as_of
  WITH h, p, collect(DISTINCT a.id) AS addresses, max(end) AS latest,
    collect({begin: begin, end: end, inferred: spell.inferred}) AS spells
  RETURN collect({h: h, p: p, addresses: addresses, latest: latest, spells: spells}) AS stays
}
CALL (stays, as_of) {
  UNWIND stays AS stay
  WITH stay ORDER BY stay.latest DESC, stay.p.id
  WITH stay.h AS h, collect(stay) AS members
  WITH h, members, size([m IN members WHERE m.latest > as_of]) AS present_count
  ORDER BY present_count = 0, members[0].latest DESC, h.id
  WITH collect(h{.id, .communal, addresses: members[0].addresses, present_count: present_count, member_count: size(members),
    members: [m IN members[..$most_members] | {id: m.p.id,
      spells: [s IN m.spells | {begin: s.begin.epochMillis, end: s.end.epochMillis, inferred: s.inferred}]}]}) AS listed
  RETURN listed[..$most_households] AS households, size(listed) AS household_count
}
CALL (stays, as_of) {
  UNWIND stays AS stay
  WITH stay.p AS p, max(stay.latest) AS latest, reduce(joined = [], each IN collect(stay.spells) | joined + each) AS spells
  ORDER BY latest DESC, p.id
  WITH collect({p: p, spells: spells, present: latest > as_of}) AS listed
  RETURN listed[..$most_people] AS residents, size(listed) AS people_count
}
CALL (places, residents, covering, as_of) {
  CALL (places, residents, as_of) {
    UNWIND places AS a
    MATCH (a)<-[link:RESOLVES_TO]-(r:AddressRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    RETURN c, 'place' AS part, null AS person, a.id AS place
    UNION ALL
    UNWIND residents AS resident
    WITH resident.p AS p, resident.spells AS spells, resident.present AS present
    MATCH (p)<-[link:RESOLVES_TO]-(r:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    WITH p, c, present, c.at AS at, spells
    WITH p, c, present, any(spell IN spells WHERE spell.begin <= at AND at < spell.end) AS here
    WHERE here OR present
    RETURN c, CASE WHEN NOT here THEN 'resident_elsewhere' WHEN present THEN 'resident' ELSE 'former_resident' END AS part,
      p.id AS person, null AS place
  }
  WITH c, collect(DISTINCT part) AS told, collect(DISTINCT person) AS people, collect(DISTINCT place) AS about
  // What happened at this place was not elsewhere, though whom it touches came to live here only later.
  WITH c, [part IN told WHERE part <> 'resident_elsewhere' OR about = []] AS parts, people, about
  WHERE c.recorded_from <= as_of AND c.recorded_to > as_of AND c.shielded IS NULL AND c.data_class IN $data_classes
  WITH c, parts, people, about, c.at AS at, c.status = 'open' AS open,
    head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
  WHERE cover IS NULL OR open OR at >= cover.from
  WITH c, parts, people, about, at, open, cover ORDER BY at.epochMillis DESC, c.id DESC
  RETURN collect(CASE WHEN cover IS NOT NULL THEN {c: c, parts: parts, people: people, places: about, at: at,
      open: open, full: cover.full, months: cover.months} END) AS contacts,
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
      contested: EXISTS { MATCH (c)<--(said:PersonRecord) WHERE said.contested AND said.shielded IS NULL }, parts: row.parts, people: row.people, places: row.places}) AS page
}
CALL (groups) {
  UNWIND groups AS g
  WITH DISTINCT g.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  OPTIONAL MATCH (team:Team {id: agency.duty_team})
  RETURN collect({id: id, name: agency.name, kind: agency.kind, team: agency.duty_team}) AS agencies,
    collect(team{.id, .agency, .name, .phone, .hours}) AS duty_teams
}
CALL (page) {
  UNWIND page AS contact
  WITH DISTINCT contact.team AS id
  MATCH (team:Team {id: id})
  RETURN collect(team{.id, .agency, .name, .phone, .hours}) AS own_teams
}
RETURN shown_places AS places, size(found) AS place_count, unresolved, superseded,
  led_elsewhere OR true IN changed AS moved, households, household_count, people_count,
  agreements, uncovered, [g IN groups | g{.part, .agency, .type, .in_window, .months, .open, latest_at: g.latest.at.epochMillis,
  latest_id: g.latest.c.id, latest_places: g.latest.places}] AS groups, page, agencies, duty_teams + own_teams AS teams
