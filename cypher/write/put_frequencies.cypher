// Put term frequencies in force: from here on all evidence of this kind belongs to them.
// access: write
// param $kind: string, person or address
// param $version: string, of the model
// param $records: integer, how many records they were counted over
// param $sealed: bytes
// param $at: date-time
MERGE (model:Model {kind: $kind})
SET model.version = $version, model.records = $records, model.frequencies = $sealed, model.made_at = $at
