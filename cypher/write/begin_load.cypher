// A file begins to be loaded, or goes on after a crash under its former id, behind the batches that are stored.
// access: write
// param $id: string
// param $feed: string
// param $file_hash: string, keyed hash of the file
// param $read_by: string, version of what cuts the file into batches: another one may cut it elsewhere
// param $sequence: integer, rises with every load
// param $at: date-time, when this is recorded
// column started_at: date-time, when it was begun the first time
// column batches: integer, how many are stored
MERGE (load:Load {id: $id})
ON CREATE SET load.started_at = $at
SET load.batches = CASE WHEN load.read_by = $read_by THEN load.batches ELSE 0 END,
    load.feed = $feed, load.file_hash = $file_hash, load.read_by = $read_by, load.sequence = $sequence
RETURN load.started_at AS started_at, load.batches AS batches
