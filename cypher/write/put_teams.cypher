// Teams, as the settings have them now.
// access: write
// param $rows: list of map, id, agency, name, phone, hours
UNWIND $rows AS row
MERGE (entry:Team {id: row.id})
SET entry = row
