// Who lived with people at each of their addresses, and for which time both did; latest first.
// access: read
// param $ids: list of string, ids of people; old ones lead to their successors
// param $as_of: string, as ISO text: the moment of which the graph is read
// param $earliest: string, as ISO text: who had left by then is not listed
// param $latest: string, as ISO text: who came after it is not listed
// param $most_entities: integer, people to answer for at most
// param $most_homes: integer, homes of each to list
// param $most_members: integer, co-residents of each home to list
// column superseded: list of map, {id, successors} of every old id among $ids
// column people: list of string, the people answered for
// column homes: list of map, {person, household, address, communal, spells, others, other_count}
// column home_count: integer, those cut included
WITH datetime($as_of) AS as_of, datetime($earliest) AS earliest, datetime($latest) AS latest
CALL (as_of) {
  UNWIND $ids AS id
  MATCH (old:Person {id: id})-[:SUPERSEDED_BY*0..32]->(e:Person)
  USING INDEX SEEK old:Person(id)
  // An id that has ended leads to those of its successors who may be seen, whether it was shielded or not.
  WHERE (old.shielded IS NULL OR old.recorded_to <= as_of)
    AND NOT EXISTS { (e)-[:SUPERSEDED_BY]->() } AND e.shielded IS NULL
  WITH id, old, e ORDER BY e.id
  WITH id, old, collect(DISTINCT CASE WHEN e.recorded_to > as_of THEN e END) AS successors
  RETURN collect({id: id, old: old, successors: successors}) AS asked
}
CALL (asked) {
  UNWIND asked AS ask
  UNWIND ask.successors AS p
  WITH DISTINCT p LIMIT $most_entities
  RETURN collect(p) AS people
}
CALL (people, as_of, earliest, latest) {
  UNWIND people AS p
  MATCH (p)-[own:MEMBER_OF]->(h:Household)-[:HOUSEHOLD_AT]->(a:Address)
  WHERE h.recorded_to > as_of AND a.shielded IS NULL AND own.from <= latest AND own.to > earliest
  WITH p, h, a, own, earliest, latest ORDER BY own.to DESC, own.from DESC
  WITH p, h, a, earliest, latest, collect(own) AS spells
  CALL (p, h, spells, earliest, latest) {
    UNWIND spells AS own
    MATCH (h)<-[theirs:MEMBER_OF]-(other:Person)
    WHERE other <> p AND other.shielded IS NULL
    WITH other, own.inferred OR theirs.inferred AS inferred,
      CASE WHEN theirs.from > own.from THEN theirs.from ELSE own.from END AS begin,
      CASE WHEN theirs.to < own.to THEN theirs.to ELSE own.to END AS end
    WHERE begin < end AND begin <= latest AND end > earliest
    WITH other, begin, end, inferred ORDER BY end DESC, begin DESC
    WITH other, collect({begin: begin.epochMillis, end: end.epochMillis, inferred: inferred}) AS together
    ORDER BY together[0].end DESC, together[0].begin DESC, other.id
    WITH collect({id: other.id, spells: together}) AS others
    RETURN others[..$most_members] AS others, size(others) AS other_count
  }
  WITH p, h, a, spells, others, other_count ORDER BY spells[0].to DESC, spells[0].from DESC, p.id, h.id
  WITH p, collect({person: p.id, household: h.id, address: a.id, communal: h.communal, others: others,
    other_count: other_count, spells: [own IN spells |
      {begin: own.from.epochMillis, end: own.to.epochMillis, inferred: own.inferred}]}) AS listed
  ORDER BY p.id
  RETURN reduce(joined = [], each IN collect(listed[..$most_homes]) | joined + each) AS homes,
    sum(size(listed)) AS home_count
}
RETURN [p IN people | p.id] AS people, homes, home_count,
  [ask IN asked WHERE NOT ask.old IN ask.successors | {id: ask.id, successors: [e IN ask.successors | e.id]}] AS superseded
