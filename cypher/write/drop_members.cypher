// Spells of people in households that are no longer so: derived, so nothing is lost.
// access: write
// param $rows: list of map, household, person, start as text
UNWIND $rows AS row
MATCH (person:Person {id: row.person})-[member:MEMBER_OF]->(household:Household {id: row.household})
USING INDEX SEEK person:Person(id)
WHERE member.from = datetime(row.start)
DELETE member
