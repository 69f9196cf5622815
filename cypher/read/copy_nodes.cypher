// Nodes of a range of numbers with everything they hold. Times as text: that keeps the last nanosecond and
// their zone, and the driver takes 34 microseconds for each that is not.
// access: read
// param $from: integer, number of the first node
// param $to: integer, number behind the last
// column number: integer
// column labels: list of string
// column names: list of string
// column values: list of any, beside the names
// column times: list of boolean, beside the names: whether the text is a time
UNWIND range($from, $to - 1) AS number
MATCH (node) WHERE id(node) = number
WITH number, node, keys(node) AS names
RETURN number, labels(node) AS labels, names,
       [name IN names | CASE WHEN node[name] IS :: ZONED DATETIME THEN toString(node[name]) ELSE node[name] END] AS values,
       [name IN names | node[name] IS :: ZONED DATETIME] AS times
