// What agencies state about who some people and others are to each other, on whosever record it is.
// access: read
// param $people: list of string, ids of people that are in use
// param $among: boolean, only of people who are both among them
// param $now: string, as ISO text: what is on record at this moment is what is answered from
// param $purpose: string, what the caller asks for
// param $agency: string, whose caller it is, or nothing: then of whichever is party
// param $serving_at: string, as ISO text: when the agreements must be in force
// param $data_classes: list of string, what the caller's role may see at all
// param $under: string, an agreement: only what is stated under it; '' for all that serve
// param $most: integer, statements to list
// column relations: list of map, {person, other, kind, agency, since}: on a record of the person: what the other is to them
// column relation_count: integer, those cut included
// column agencies: list of map, {id, name, kind}
WITH datetime($now) AS now
CALL () {
  MATCH (g:AgreementTerm) WHERE g.id > '' AND $purpose IN g.purposes AND ($agency = '' OR $agency IN g.parties)
    AND g.serves_from <= datetime($serving_at) AND g.serves_until > datetime($serving_at)
  RETURN collect(g{id: g.agreement, .data_class, .parties}) AS covering
}
CALL (now, covering) {
  UNWIND $people AS id
  MATCH (p:Person {id: id})<-[own:RESOLVES_TO]-(r:PersonRecord)
  USING INDEX SEEK p:Person(id)
  WHERE p.shielded IS NULL AND own.recorded_from <= now AND own.recorded_to > now
    AND r.recorded_to > now AND r.shielded IS NULL
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
  WITH now, covering, p, said, other, theirs
  WHERE said.recorded_from <= now AND said.recorded_to > now AND other.recorded_to > now AND other.shielded IS NULL
    AND any(g IN covering WHERE g.id = said.agreement AND $under IN ['', g.id] AND g.data_class IN $data_classes AND other.agency IN g.parties)
  MATCH (other)-[link:RESOLVES_TO]->(q:Person)
  WHERE link.recorded_from <= now AND link.recorded_to > now AND q <> p AND q.shielded IS NULL
    AND (NOT $among OR q.id IN $people)
  WITH CASE WHEN theirs THEN q.id ELSE p.id END AS person, CASE WHEN theirs THEN p.id ELSE q.id END AS relative,
    said.kind AS kind, other.agency AS agency, min(said.recorded_from) AS since
  ORDER BY person, relative, kind, agency
  WITH collect({person: person, other: relative, kind: kind, agency: agency, since: since.epochMillis}) AS found
  RETURN found[..$most] AS relations, size(found) AS relation_count
}
CALL (relations) {
  UNWIND relations AS each
  WITH DISTINCT each.agency AS id
  OPTIONAL MATCH (agency:Agency {id: id})
  USING INDEX SEEK agency:Agency(id)
  RETURN collect({id: id, name: agency.name, kind: agency.kind}) AS agencies
}
RETURN relations, relation_count, agencies
