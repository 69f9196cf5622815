// What a broken glass shows of a place or of people, shielded or not: who lives there, and the latest contacts and open episodes.
// The only question that does not pass over what is shielded: each time is on record and looked at by an officer.
// access: read
// param $ids: list of string, ids of addresses and people; old ones lead to their successors
// param $but: list of string, ids of addresses that are not what was typed: in a house of another name, or on another floor
// param $uprn: list of map, {token, rank, area} to look for, as in the next four; the lowest rank that finds an address wins
// param $place: list of map, unit, number or name, street and postcode
// param $postcode_place: list of map, unit, number or name and postcode
// param $street_place: list of map, unit, number or name and street, in the area if one is given
// param $written: list of map, the whole line as written
// param $as_of: string, as ISO text: the moment of which the answer is
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not known
// param $most: integer, addresses, people and contacts to show of each at most; residents of each address and unit
// column places: list of map, {id, rank, residents, resident_count, units, unit_count}; rank -1: by id; units where somebody lives: {id, residents, resident_count}
// column place_count: integer, addresses that were found
// column people: list of map, {id, homes}: where those who were asked for live
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column page: list of map, contacts, open ones first, then newest first
// column contact_count: integer, contacts that could be on the page
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, {id, agency, name, phone, hours}
// column superseded: list of map, none: successors are shown as they are
WITH datetime($as_of) AS as_of
// part: terms_in_force
CALL (as_of) {
  CALL () {
    UNWIND $uprn AS seek MATCH (r:AddressRecord {uprn: seek.token}) RETURN r, seek.rank AS rank
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
  WITH as_of, r, min(rank) AS rank
  MATCH (r)-[link:RESOLVES_TO]->(a:Address)
  WHERE r.agency <> $gazetteer AND NOT a.id IN $but AND link.recorded_from <= as_of AND link.recorded_to > as_of
  WITH a, min(rank) AS rank ORDER BY rank, a.id
  WITH collect({a: a, rank: rank}) AS matched
  WITH [match IN matched WHERE match.rank = matched[0].rank] AS sought
  RETURN sought[..$most] AS sought, size(sought) AS sought_count
}
CALL (as_of) {
  UNWIND $ids AS id
  MATCH (:Address {id: id})-[:SUPERSEDED_BY*0..32]->(a:Address)
  WHERE a.recorded_to > as_of
  WITH DISTINCT a ORDER BY a.id
  WITH collect({a: a, rank: -1}) AS given
  RETURN given[..$most] AS given, size(given) AS given_count
}
CALL (as_of) {
  UNWIND range(0, size($ids) - 1) AS place
  WITH $ids[place] AS id, place
  MATCH (:Person {id: id})-[:SUPERSEDED_BY*0..32]->(p:Person)
  WHERE p.recorded_to > as_of
  // As they were given: the likeliest first.
  WITH p, min(place) AS place ORDER BY place, p.id LIMIT $most
  RETURN collect(p) AS asked
}
WITH as_of, agreements, covering, sought + given AS places, sought_count + given_count AS place_count, asked
CALL (places, as_of) {
  UNWIND places AS place
  WITH place.a AS a, place.rank AS rank, as_of
  CALL (a, as_of) {
    // A room of a refuge is an address of its own: who lives in one lives in the house.
    MATCH (a)<-[:PART_OF*0..1]-(unit:Address)
    WHERE unit.recorded_to > as_of
    CALL (unit, as_of) {
      MATCH (unit)<-[stay:HOUSEHOLD_AT]-(h:Household)<-[spell:MEMBER_OF]-(p:Person)
      WHERE h.recorded_to > as_of AND stay.from <= as_of AND stay.to > as_of AND spell.from <= as_of AND spell.to > as_of
      WITH DISTINCT p ORDER BY p.id
      RETURN collect(p) AS living
    }
    WITH a, unit, living ORDER BY unit.id
    WITH collect(CASE WHEN unit = a THEN living END) AS own,
      collect(CASE WHEN unit <> a AND size(living) > 0 THEN {unit: unit, living: living} END) AS lived
    RETURN coalesce(own[0], []) AS own, lived
  }
  WITH a, rank, own, lived[..$most] AS shown, size(lived) AS unit_count
  RETURN collect({id: a.id, rank: rank, residents: [p IN own[..$most] | p.id], resident_count: size(own),
      units: [each IN shown | {id: each.unit.id, residents: [p IN each.living[..$most] | p.id],
        resident_count: size(each.living)}], unit_count: unit_count}) AS shown_places,
    reduce(joined = [], each IN collect([a] + [one IN shown | one.unit]) | joined + each) AS looked_at,
    reduce(joined = [], each IN collect(own[..$most] + reduce(all_ = [], one IN shown | all_ + one.living[..$most])) | joined + each) AS residents
}
CALL (asked, as_of) {
  UNWIND asked AS p
  CALL (p, as_of) {
    MATCH (p)-[spell:MEMBER_OF]->(h:Household)-[stay:HOUSEHOLD_AT]->(a:Address)
    WHERE h.recorded_to > as_of AND stay.from <= as_of AND stay.to > as_of AND spell.from <= as_of AND spell.to > as_of
    WITH DISTINCT a.id AS home ORDER BY home LIMIT $most
    RETURN collect(home) AS homes
  }
  RETURN collect({id: p.id, homes: homes}) AS shown_people
}
CALL (looked_at, residents, asked, covering, as_of) {
  CALL (looked_at, residents, asked, as_of) {
    UNWIND looked_at AS a
    WITH DISTINCT a
    MATCH (a)<-[link:RESOLVES_TO]-(:AddressRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    RETURN c, null AS person
    UNION ALL
    UNWIND residents + asked AS p
    WITH DISTINCT p
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= as_of AND link.recorded_to > as_of
    RETURN c, p.id AS person
  }
  WITH c, collect(DISTINCT person) AS people
  WHERE c.recorded_from <= as_of AND c.recorded_to > as_of AND c.data_class IN $data_classes
  WITH c, people,
    head([g IN covering WHERE g.id = c.agreement AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
  WHERE cover IS NULL OR c.status = 'open' OR c.at >= cover.from
  WITH c, people, cover ORDER BY c.at DESC, c.id DESC
  RETURN collect(CASE WHEN cover IS NOT NULL THEN {c: c, people: people} END) AS contacts,
    collect(DISTINCT CASE WHEN cover IS NULL THEN c.data_class END) AS uncovered
}
CALL (contacts) {
  UNWIND contacts AS row
  WITH row.c.agency AS agency, row.c.type AS type, collect(row) AS held
  UNWIND [held[0]] + [row IN held WHERE row.c.status = 'open'] AS row
  WITH row.c AS c, head(collect(row)) AS row
  // An episode that is still open is never cut for the sake of a newer one that is over.
  WITH c, row ORDER BY c.status = 'open' DESC, c.at DESC, c.id DESC
  WITH collect(c{.id, .agency, .type, .status, .category, .severity, .team, .data_class, at: c.at.epochMillis,
    closed_at: c.closed_at.epochMillis,
    contested: EXISTS { MATCH (c)<--(said:PersonRecord) WHERE said.contested }, people: row.people}) AS rows
  RETURN rows[..$most] AS page, size(rows) AS contact_count
}
CALL (page) {
  UNWIND page AS contact
  WITH DISTINCT contact.agency AS id
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
RETURN shown_places AS places, place_count, shown_people AS people, agreements, uncovered, page, contact_count, agencies, duty_teams + own_teams AS teams,
  [] AS superseded
