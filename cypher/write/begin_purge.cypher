// A purge begins: until it is finished, there may be something to tidy up after it.
// access: write
// param $id: string
MERGE (:Purge {id: $id})
