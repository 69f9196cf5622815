// What every agency of the directory is called, by id.
// access: read
// column id: string
// column name: string
// column kind: string
MATCH (agency:Agency)
WHERE agency.id > ''
RETURN agency.id AS id, agency.name AS name, agency.kind AS kind
ORDER BY agency.id
