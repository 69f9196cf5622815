// Edges of a range of numbers with everything they hold; times as text.
// access: read
// param $from: integer, number of the first edge
// param $to: integer, number behind the last
// column type: string
// column left: integer, number of the node it leaves
// column right: integer, number of the node it leads to
// column names: list of string
// column values: list of any, beside the names
// column times: list of boolean, beside the names: whether the text is a time
UNWIND range($from, $to - 1) AS number
MATCH (left)-[edge]->(right) WHERE id(edge) = number
WITH left, edge, right, keys(edge) AS names
RETURN type(edge) AS type, id(left) AS left, id(right) AS right, names,
       [name IN names | CASE WHEN edge[name] IS :: ZONED DATETIME THEN toString(edge[name]) ELSE edge[name] END] AS values,
       [name IN names | edge[name] IS :: ZONED DATETIME] AS times
