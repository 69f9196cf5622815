// Spells of people in households.
// access: write
// param $rows: list of map, household, person, start, end, inferred; moments as text
UNWIND $rows AS row
MATCH (household:Household {id: row.household})
USING INDEX SEEK household:Household(id)
MATCH (person:Person {id: row.person})
USING INDEX SEEK person:Person(id)
CREATE (person)-[:MEMBER_OF {
  from: datetime(row.start), to: datetime(row.end), inferred: row.inferred}]->(household)
