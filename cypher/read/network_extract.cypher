// Households in the order of their ids, a page at a time, with members, addresses, what they led to, and which agencies know the members.
// access: read
// param $after: string, the last id of the page before
// param $first: integer, households a page, and one more to know whether there is a next one
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $as_of: string, as ISO text: who lived where by then, not after $now; what agencies know is of now
// param $window_from: string, as ISO text: 12 months before $now
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $full: boolean, whether the caller may see more than the latest where an agreement grants it
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $today: string, as ISO text: the day that their months are counted back from
// param $data_classes: list of string, what the caller's role may see at all
// param $under: string, an agreement: only what is shared under it counts; '' for all that serve
// param $most_members: integer, members of each household, and households that it led to
// param $within_days: integer, days between leaving and coming that are one move
// column households: list of map, {id, communal, addresses, member_count, members, led_to}; of those led to {later, moves}
// column people: list of map, {id, agencies}
// column agreements: list of map, {id, data_class, purposes, parties, until, serves} of each class of each agreement
// column uncovered: list of string, data classes of contacts that no agreement node covers for the purpose
// column agencies: list of map, {id, name, kind, team}
// column teams: list of map, none: no team is named
// column superseded: list of map, none: nothing is asked for by id
WITH datetime($now) AS now, datetime($as_of) AS as_of, datetime($window_from) AS window_from,
  duration({days: $within_days}) AS within
// part: terms_in_force
CALL (now, as_of) {
  MATCH (h:Household)
  USING INDEX SEEK h:Household(id)
  WHERE h.id > $after AND h.recorded_to > now AND h.shielded IS NULL
    AND EXISTS { (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    AND EXISTS { (h)<-[spell:MEMBER_OF]-(p:Person) WHERE spell.from <= as_of AND p.shielded IS NULL }
  WITH h ORDER BY h.id LIMIT $first
  RETURN collect(h) AS homes
}
CALL (homes, now, as_of, within) {
  UNWIND homes AS h
  CALL (h, now) {
    MATCH (h)-[:HOUSEHOLD_AT]->(a:Address)
    WHERE a.shielded IS NULL
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
  CALL (h, as_of) {
    MATCH (h)<-[spell:MEMBER_OF]-(p:Person)
    WHERE spell.from <= as_of AND p.shielded IS NULL
    WITH p, spell ORDER BY spell.to DESC, spell.from DESC
    WITH p, collect({begin: spell.from.epochMillis, inferred: spell.inferred,
      end: CASE WHEN spell.to > as_of THEN 253402214400000 ELSE spell.to.epochMillis END}) AS spells
    ORDER BY spells[0].end DESC, p.id
    WITH collect({p: p, spells: spells}) AS members
    RETURN members[..$most_members] AS members, size(members) AS member_count
  }
  CALL (h, as_of, within) {
    MATCH (h)-[l:LED_TO]->(g:Household)
    WHERE EXISTS { (g)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded IS NULL }
    UNWIND l.people AS id
    WITH DISTINCT h, g, id, as_of, within
    MATCH (p:Person {id: id})
    WHERE p.shielded IS NULL
    // Moves are made out of their own spells: what somebody shielded had a part in is not looked at.
    MATCH (p)-[left:MEMBER_OF]->(from:Household), (p)-[came:MEMBER_OF]->(to:Household)
    WHERE from = h AND to = g AND left.from < came.from AND left.to < came.to
      AND came.from <= left.to + within AND left.to <= came.from + within
    WITH g, as_of, id, left.to AS gone, came.from AS there, CASE WHEN left.to > came.from THEN left.to ELSE came.from END AS at
    WITH g, max(CASE WHEN at <= as_of THEN at END) AS latest, collect(DISTINCT [id, toString(gone), toString(there)]) AS moves
    WHERE latest IS NOT NULL
    WITH g, moves ORDER BY latest DESC, g.id LIMIT $most_members
    RETURN collect({later: g.id, moves: moves}) AS led_to
  }
  RETURN collect(h{.id, .communal, addresses: addresses, member_count: member_count, led_to: led_to,
      members: [m IN members | {id: m.p.id, spells: m.spells}]}) AS households,
    reduce(joined = [], each IN collect(members) | joined + [m IN each | m.p]) AS everybody
}
CALL (everybody, covering, now, window_from) {
  UNWIND everybody AS p
  WITH DISTINCT p
  CALL (p, covering, now, window_from) {
    // As things are now, whatever moment is asked about: numbers of many moments would tell when each of them was.
    MATCH (p)<-[link:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
    WHERE link.recorded_from <= now AND link.recorded_to > now AND c.recorded_from <= now AND c.recorded_to > now
      AND c.shielded IS NULL AND c.data_class IN $data_classes
    WITH DISTINCT c, c.at AS at, c.status = 'open' AS open,
      head([g IN covering WHERE g.id = c.agreement AND $under IN ['', g.id] AND g.data_class = c.data_class AND c.agency IN g.parties]) AS cover
    WHERE cover IS NULL OR open OR at >= cover.from
    WITH c.agency AS agency, sum(CASE WHEN cover IS NOT NULL AND at >= window_from THEN 1 ELSE 0 END) AS in_window,
      sum(CASE WHEN cover IS NOT NULL AND open THEN 1 ELSE 0 END) AS open, count(cover) AS seen, min(cover.months) AS months,
      collect(DISTINCT CASE WHEN cover IS NULL THEN c.data_class END) AS uncovered
    ORDER BY agency
    RETURN collect(CASE WHEN seen > 0 THEN {agency: agency, in_window: in_window, months: months, open: open} END) AS known,
      reduce(joined = [], each IN collect(uncovered) | joined + each) AS uncovered
  }
  RETURN collect({id: p.id, agencies: known}) AS people, collect(uncovered) AS uncovered
}
CALL (people) {
  UNWIND people AS person
  UNWIND person.agencies AS known
  WITH DISTINCT known.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  RETURN collect({id: id, name: agency.name, kind: agency.kind, team: null}) AS agencies
}
RETURN households, people, agreements, reduce(joined = [], each IN uncovered | joined + each) AS uncovered,
  agencies, [] AS teams, [] AS superseded
