// Every edge with all its properties, a page at a time, for `mast verify`.
// access: read
// param $skip: integer, edges to pass over
// param $limit: integer, edges of the page
// column type: string
// column properties: map
MATCH ()-[edge]->()
RETURN type(edge) AS type, properties(edge) AS properties
ORDER BY elementId(edge)
SKIP $skip LIMIT $limit
