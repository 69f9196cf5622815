// Who went from households to others.
// access: write
// param $rows: list of map, earlier, later, people
UNWIND $rows AS row
MATCH (earlier:Household {id: row.earlier})
USING INDEX SEEK earlier:Household(id)
MATCH (later:Household {id: row.later})
USING INDEX SEEK later:Household(id)
CREATE (earlier)-[:LED_TO {people: row.people}]->(later)
