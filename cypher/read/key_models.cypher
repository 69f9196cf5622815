// Models of the area with their sealed term frequencies, by kind.
// access: read
// param $after: string, last kind of the page before, or ''
// param $limit: integer
// column id: string, person or address
// column version: string, of the model
// column sealed: bytes
MATCH (model:Model)
WHERE model.kind > $after AND model.frequencies IS NOT NULL
RETURN model.kind AS id, model.version AS version, model.frequencies AS sealed
ORDER BY id LIMIT $limit
