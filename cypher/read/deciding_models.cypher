// The models that decide who is who: of each kind of record that of the area, once anything was resolved.
// access: read
// column kind: string, person or address
// column text: string, its file; it holds no key and no value
MATCH (model:Model)
WHERE model.text IS NOT NULL
RETURN model.kind AS kind, model.text AS text
ORDER BY kind
