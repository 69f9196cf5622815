// A batch of a file is stored, in the transaction that stores it.
// access: write
// param $id: string
// param $number: integer, place of the batch in the file, counted from 1
MATCH (load:Load {id: $id})
SET load.batches = $number
