// Teams, as the settings have them now; one that another agency holds stays as it is.
// access: write
// param $rows: list of map, id, agency, name, phone, hours
// column taken: list of string, ids that another agency holds
UNWIND $rows AS row
MERGE (entry:Team {id: row.id})
ON CREATE SET entry = row
WITH entry, row, coalesce(entry.agency, row.agency) = row.agency AS own
FOREACH (_ IN CASE WHEN own THEN [1] ELSE [] END | SET entry = row)
RETURN collect(DISTINCT CASE WHEN NOT own THEN row.id END) AS taken
