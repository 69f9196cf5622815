// Of who went from households to others, what is otherwise now: derived, so nothing is lost.
// access: write
// param $rows: list of map, earlier, later, people
UNWIND $rows AS row
MATCH (earlier:Household {id: row.earlier})-[link:LED_TO]->(later:Household {id: row.later})
USING INDEX SEEK earlier:Household(id)
WHERE link.people = row.people
DELETE link
