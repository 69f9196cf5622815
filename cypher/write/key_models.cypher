// Term frequencies under another key version; the model is as it was.
// access: write
// param $rows: list of map, {id, sealed}
UNWIND $rows AS row
MATCH (model:Model) WHERE model.kind = row.id
SET model.frequencies = row.sealed
