// Agreements, as the settings have them now.
// access: write
// param $rows: list of map, id, name, purposes, data_classes, view, months and what else it says
UNWIND $rows AS row
MERGE (entry:Agreement {id: row.id})
SET entry = row
