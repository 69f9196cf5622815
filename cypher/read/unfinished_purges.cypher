// Purges that were begun and not finished: they were killed.
// access: read
// column ids: list of string
MATCH (purge:Purge)
RETURN collect(purge.id) AS ids
