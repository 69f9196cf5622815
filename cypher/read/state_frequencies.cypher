// The model of the area and the sealed term frequencies in force for one kind of record, if any were made.
// access: read
// param $kind: string, person or address
// column version: string, of the model of the area
// column base: string, version of the model that it was learnt on from
// column text: string, the file of the model of the area; it holds no key and no value
// column records: integer, how many records they were counted over
// column sealed: bytes
MATCH (model:Model {kind: $kind})
RETURN
  model.version AS version, model.base AS base, model.text AS text,
  model.records AS records, model.frequencies AS sealed
