// How households came from others.
// access: write
// param $rows: list of map, earlier, later, left, at, change, people, stayed, met, beside; moments as text
UNWIND $rows AS row
MATCH (earlier:Household {id: row.earlier})
USING INDEX SEEK earlier:Household(id)
MATCH (later:Household {id: row.later})
USING INDEX SEEK later:Household(id)
CREATE (earlier)-[:LED_TO {
  left: datetime(row.left), at: datetime(row.at), change: row.change, people: row.people,
  stayed: row.stayed, met: row.met, beside: row.beside}]->(later)
