// Every node with all its properties, a page at a time, for `mast verify`.
// access: read
// param $skip: integer, nodes to pass over
// param $limit: integer, nodes of the page
// column labels: list of string
// column properties: map
MATCH (node)
RETURN labels(node) AS labels, properties(node) AS properties
ORDER BY elementId(node)
SKIP $skip LIMIT $limit
