// Households that did not come from others after all, or did otherwise: derived, so nothing is lost.
// access: write
// param $rows: list of map, earlier, later, left as text
UNWIND $rows AS row
MATCH (earlier:Household {id: row.earlier})-[link:LED_TO]->(later:Household {id: row.later})
USING INDEX SEEK earlier:Household(id)
WHERE link.left = datetime(row.left)
DELETE link
