// Put a model of the area and its term frequencies in force: from here on all evidence of this kind belongs to them.
// access: write
// param $kind: string, person or address
// param $version: string, of the model of the area
// param $base: string, version of the model that it was learnt on from
// param $text: string, the file of the model of the area
// param $records: integer, how many records they were counted over
// param $sealed: bytes
// param $at: date-time
MERGE (model:Model {kind: $kind})
SET
  model.version = $version, model.base = $base, model.text = $text,
  model.records = $records, model.frequencies = $sealed, model.made_at = $at
