// Put the term frequencies of a kind out of force: its evidence is about to be weighed anew.
// access: write
// param $kind: string, person or address
MATCH (model:Model {kind: $kind})
DELETE model
