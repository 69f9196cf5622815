// A file begins to be loaded, or goes on after a crash under its former id.
// access: write
// param $id: string
// param $feed: string
// param $file_hash: string, keyed hash of the file
// param $sequence: integer, rises with every load
// param $at: date-time, when this is recorded
MERGE (load:Load {id: $id})
ON CREATE SET load.started_at = $at
SET load.feed = $feed, load.file_hash = $file_hash, load.sequence = $sequence
