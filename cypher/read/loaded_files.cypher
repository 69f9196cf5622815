// Every file of which anything was loaded, or was to be: what the graph is made of.
// access: read
// column feed: string
// column file_hash: string, keyed hash of the file
MATCH (load:Load)
RETURN DISTINCT load.feed AS feed, load.file_hash AS file_hash
