// Everything that agencies said, as known at a moment, about where the people of an address lived.
// access: read
// param $ids: list of string, ids of addresses; those that were old by then lead to their successors of then
// param $known_at: string, as ISO text: what was recorded after it does not count
// param $earliest: string, as ISO text: who had left by then is not looked at
// param $latest: string, as ISO text: who came after it is not looked at
// param $gazetteer: string, the reserved agency of a gazetteer: what nobody but it knows is not known
// param $most_addresses: integer, addresses to answer for at most
// param $most_people: integer, people to look at, present ones and then latest leavers first
// column superseded: list of map, {id, successors} of every id among $ids that was old by then
// column newer: list of map, {id, then} of every id that was first used later, and where its records were then
// column places: list of string, the addresses answered for
// column place_count: integer, those cut included
// column people_count: integer, people who are said to have lived there in that time, those cut included
// column corrected_count: integer, people of whom that was said once and no longer is
// column unresolved: integer, records of residents that were not resolved yet
// column stays: list of map, {person, address, agency, valid_from, valid_to, inferred, seen, counted, recorded_from, recorded_to}
// column agencies: list of map, {id, name, kind}
WITH datetime($known_at) AS known_at, datetime($earliest) AS earliest, datetime($latest) AS latest
CALL (known_at) {
  UNWIND $ids AS id
  MATCH (old:Address {id: id})
  USING INDEX SEEK old:Address(id)
  // One that is shielded goes no further than this, but an id that has ended leads to successors who may be seen.
  WITH old, known_at WHERE old.shielded IS NULL OR EXISTS { (old)-[:SUPERSEDED_BY]->() }
  // One of which only people or contacts that are shielded speak is as good as shielded; a building that a gazetteer
  // has is known by a flat of it.
  WITH old, known_at, old.shielded IS NULL AND (EXISTS {
    MATCH (old)<-[:RESOLVES_TO]-(r:AddressRecord)
    WHERE r.agency <> $gazetteer AND r.shielded IS NULL AND (EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
      OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
      OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) })
  } OR EXISTS {
    MATCH (old)<-[:RESOLVES_TO]-(r:AddressRecord) WHERE r.agency = $gazetteer AND r.shielded IS NULL
  } AND EXISTS {
    MATCH (old)<-[:PART_OF]-(unit:Address)<-[:RESOLVES_TO]-(r:AddressRecord)
    WHERE unit.shielded IS NULL AND r.agency <> $gazetteer AND r.shielded IS NULL
      AND (EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
        OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
        OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) })
  }) AS seen
  CALL (old, known_at) {
    MATCH (old)-[steps:SUPERSEDED_BY*0..32]->(a:Address)
    WHERE all(step IN steps WHERE step.at <= known_at)
      AND NOT EXISTS { MATCH (a)-[next:SUPERSEDED_BY]->() WHERE next.at <= known_at }
      AND a.recorded_from <= known_at AND a.recorded_to > known_at
    WITH DISTINCT a ORDER BY a.id
    WITH a, a.shielded IS NULL AND (EXISTS {
      MATCH (a)<-[:RESOLVES_TO]-(r:AddressRecord)
      WHERE r.agency <> $gazetteer AND r.shielded IS NULL AND (EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
        OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
        OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) })
    } OR EXISTS {
      MATCH (a)<-[:RESOLVES_TO]-(r:AddressRecord) WHERE r.agency = $gazetteer AND r.shielded IS NULL
    } AND EXISTS {
      MATCH (a)<-[:PART_OF]-(unit:Address)<-[:RESOLVES_TO]-(r:AddressRecord)
      WHERE unit.shielded IS NULL AND r.agency <> $gazetteer AND r.shielded IS NULL
        AND (EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
          OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
          OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) })
    }) AS open
    RETURN collect(CASE WHEN open THEN a END) AS successors, count(a) AS ends
  }
  CALL (old, known_at) {
    WITH old, known_at WHERE old.recorded_from > known_at
    MATCH (old)<-[:RESOLVES_TO]-(r:AddressRecord)-[link:RESOLVES_TO]->(a:Address)
    WHERE link.recorded_from <= known_at AND link.recorded_to > known_at
      AND r.agency <> $gazetteer AND r.shielded IS NULL AND a.shielded IS NULL
    WITH a, collect(DISTINCT r) AS records ORDER BY a.id
    WHERE any(r IN records WHERE EXISTS { (r)<-[:LIVES_AT]-(one:PersonRecord) WHERE one.shielded IS NULL }
      OR EXISTS { (r)-->(c:Contact) WHERE c.shielded IS NULL }
      OR NOT EXISTS { (r)<-[:LIVES_AT]-() } AND NOT EXISTS { (r)-->(:Contact) })
    RETURN collect(a) AS before
  }
  // An id of which only what is shielded is left is as unknown as that.
  WITH old, known_at, successors, before WHERE CASE WHEN ends = 0 THEN seen ELSE size(successors) > 0 END
  RETURN collect({old: old, newer: old.recorded_from > known_at, successors: successors, before: before}) AS asked
}
CALL (asked) {
  UNWIND asked AS ask
  UNWIND ask.successors + ask.before AS a
  WITH DISTINCT a
  RETURN collect(a) AS found
}
WITH known_at, earliest, latest, found, found[..$most_addresses] AS places,
  [ask IN asked WHERE NOT ask.newer AND NOT ask.old IN ask.successors
    | {id: ask.old.id, successors: [a IN ask.successors | a.id]}] AS superseded,
  [ask IN asked WHERE ask.newer | {id: ask.old.id, then: [a IN ask.before | a.id]}] AS newer
CALL (places, known_at, earliest, latest) {
  UNWIND places AS a
  MATCH (a)<-[at:RESOLVES_TO]-(place:AddressRecord)<-[stay:LIVES_AT]-(record:PersonRecord)
  WHERE at.recorded_from <= known_at AND at.recorded_to > known_at AND stay.recorded_from <= known_at
    AND stay.valid_from < stay.valid_to AND stay.valid_from <= latest AND stay.valid_to > earliest
    AND place.shielded IS NULL AND record.shielded IS NULL
  OPTIONAL MATCH (record)-[whose:RESOLVES_TO]->(p:Person)
  WHERE whose.recorded_from <= known_at AND whose.recorded_to > known_at
  WITH record, stay, p, stay.recorded_to > known_at AS believed
  WHERE p.shielded IS NULL
  WITH p, max(CASE WHEN believed THEN stay.valid_to END) AS until,
    max(CASE WHEN believed THEN stay.valid_from END) AS since,
    count(DISTINCT CASE WHEN p IS NULL AND believed THEN record END) AS records
  ORDER BY until DESC, since DESC, p.id
  WITH collect({p: p, until: until}) AS listed, sum(records) AS unresolved
  WITH unresolved, [each IN listed WHERE each.p IS NOT NULL AND each.until IS NOT NULL | each.p] AS told,
    size([each IN listed WHERE each.p IS NOT NULL AND each.until IS NULL]) AS corrected_count
  RETURN told[..$most_people] AS people, size(told) AS people_count, corrected_count, unresolved
}
CALL (people, places, known_at) {
  UNWIND people AS p
  MATCH (p)<-[whose:RESOLVES_TO]-(record:PersonRecord)-[stay:LIVES_AT]->(place:AddressRecord)-[at:RESOLVES_TO]->(a:Address)
  WHERE whose.recorded_from <= known_at AND whose.recorded_to > known_at
    AND at.recorded_from <= known_at AND at.recorded_to > known_at
    AND stay.recorded_from <= known_at AND stay.valid_from < stay.valid_to
    AND (stay.recorded_to > known_at OR a IN places)
    AND record.shielded IS NULL AND place.shielded IS NULL AND a.shielded IS NULL
  WITH p, a, record, stay, known_at,
    CASE WHEN coalesce(stay.seen_recorded, stay.recorded_from) <= known_at THEN stay.seen_at
      WHEN stay.seen_first_to > known_at THEN stay.seen_first END AS seen
  RETURN collect({person: p.id, address: a.id, agency: record.agency, valid_from: toString(stay.valid_from),
    valid_to: toString(stay.valid_to), inferred: stay.inferred, lapsed: stay.lapsed IS NOT NULL,
    seen: toString(seen),
    // What merging goes by where it is not known which confirmation was the last by then: it comes to the same.
    counted: toString(coalesce(seen, head([i IN range(0, size(coalesce(stay.seen_then, [])) - 1)
      WHERE stay.seen_then_to[i] > known_at | stay.seen_then[i]]), stay.seen_at)),
    recorded_from: toString(stay.recorded_from),
    recorded_to: CASE WHEN stay.recorded_to <= known_at THEN toString(stay.recorded_to) END}) AS stays
}
CALL (stays) {
  UNWIND stays AS stay
  WITH DISTINCT stay.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  USING INDEX SEEK agency:Agency(id)
  RETURN collect({id: id, name: agency.name, kind: agency.kind}) AS agencies
}
RETURN superseded, newer, [a IN places | a.id] AS places, size(found) AS place_count, people_count, corrected_count,
  unresolved, stays, agencies
