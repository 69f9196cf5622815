// Agencies, as the settings have them now.
// access: write
// param $rows: list of map, id, name, kind, duty_team
UNWIND $rows AS row
MERGE (entry:Agency {id: row.id})
SET entry = row
