// The sealed term frequencies in force for one kind of record, if any were made.
// access: read
// param $kind: string, person or address
// column version: string, of the model they belong to
// column records: integer, how many records they were counted over
// column sealed: bytes
MATCH (model:Model {kind: $kind})
RETURN model.version AS version, model.records AS records, model.frequencies AS sealed
