// What a rebuild changed about households, their members and the links between them, whole; lists may be empty.
// Members and links are derived, so nothing is lost with those that go; but pages of an answer about an address are of
// one moment, so it keeps when who lived there last became other than before, as far as anybody may know.
// access: write
// param $hidden: list of string, households about to end: those at a shielded address or with nobody to be seen stay unknown
// param $left: list of map, household, person, start: members that are none any more; moments as text, here and below
// param $households: list of map, household, communal, address, start, end: new or changed
// param $come: list of map, household, person, start, end, inferred: new members
// param $around: list of string, people whose homes are others, and addresses of those: alerts are worked out around them
// param $ended: list of map, old, and successors, which took its members over
// param $unlinked: list of map, earlier, later, people: links that are no longer so
// param $linked: list of map, earlier, later, people: new links
// param $at: date-time, when this is recorded
// param $forever: date-time, the end of an interval that has not ended
CALL () {
  UNWIND $hidden AS id
  MATCH (household:Household {id: id})
  USING INDEX SEEK household:Household(id)
  WHERE EXISTS { MATCH (household)-[:HOUSEHOLD_AT]->(address:Address) WHERE address.shielded }
    OR (EXISTS { MATCH (household)<-[:MEMBER_OF]-(:Person) }
      AND NOT EXISTS { MATCH (household)<-[:MEMBER_OF]-(seen:Person) WHERE seen.shielded IS NULL })
  SET household.shielded = true
}
CALL () {
  // While rules are in force: alerts are to be worked out for it.
  MATCH (rule:TriggerRule) WHERE rule.ended_at IS NULL
  WITH count(rule) AS rules WHERE rules > 0
  CREATE (:AlertDue {due_at: $at, versions: [], records: [], around: $around})
}
CALL () {
  UNWIND $left AS row
  MATCH (person:Person {id: row.person})-[member:MEMBER_OF]->(household:Household {id: row.household})
  USING INDEX SEEK person:Person(id)
  WHERE member.from = datetime(row.start)
  OPTIONAL MATCH (household)-[:HOUSEHOLD_AT]->(address:Address) WHERE person.shielded IS NULL
  SET address.residents_changed = $at
  DELETE member
}
CALL () {
  UNWIND $households AS row
  MATCH (address:Address {id: row.address})
  USING INDEX SEEK address:Address(id)
  MERGE (household:Household {id: row.household})
  ON CREATE SET household.recorded_from = $at, household.recorded_to = $forever
  SET household.communal = row.communal
  MERGE (household)-[at:HOUSEHOLD_AT]->(address)
  SET at.from = datetime(row.start), at.to = datetime(row.end)
  WITH household, at, address
  MATCH (household)-[former:HOUSEHOLD_AT]->(other:Address)
  WHERE former <> at
  FOREACH (place IN CASE WHEN EXISTS { (household)<-[:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL }
      THEN [address, other] ELSE [] END | SET place.residents_changed = $at)
  DELETE former
}
CALL () {
  UNWIND $come AS row
  MATCH (household:Household {id: row.household})
  USING INDEX SEEK household:Household(id)
  MATCH (person:Person {id: row.person})
  USING INDEX SEEK person:Person(id)
  CREATE (person)-[:MEMBER_OF {
    from: datetime(row.start), to: datetime(row.end), inferred: row.inferred}]->(household)
  WITH person, household
  MATCH (household)-[:HOUSEHOLD_AT]->(address:Address) WHERE person.shielded IS NULL
  SET address.residents_changed = $at
}
CALL () {
  UNWIND $ended AS row
  MATCH (old:Household {id: row.old})
  USING INDEX SEEK old:Household(id)
  SET old.recorded_to = $at
  WITH old, row
  OPTIONAL MATCH (old)-[at:HOUSEHOLD_AT]->()
  DELETE at
  WITH DISTINCT old, row
  UNWIND row.successors AS successor
  MATCH (new:Household {id: successor})
  USING INDEX SEEK new:Household(id)
  MERGE (old)-[lineage:SUPERSEDED_BY]->(new)
  ON CREATE SET lineage.at = $at, lineage.cause = 'rebuild'
}
CALL () {
  UNWIND $unlinked AS row
  MATCH (earlier:Household {id: row.earlier})-[link:LED_TO]->(later:Household {id: row.later})
  USING INDEX SEEK earlier:Household(id)
  WHERE link.people = row.people
  DELETE link
}
CALL () {
  UNWIND $linked AS row
  MATCH (earlier:Household {id: row.earlier})
  USING INDEX SEEK earlier:Household(id)
  MATCH (later:Household {id: row.later})
  USING INDEX SEEK later:Household(id)
  CREATE (earlier)-[:LED_TO {people: row.people}]->(later)
}
