// Nodes of a copy, into a graph that is being restored.
// access: write
// param $labels: list of string, of all of them
// param $rows: list of list of any, properties and, by name, times as text
// column place: integer, place in the rows
// column number: integer, of the node that it became
UNWIND range(0, size($rows) - 1) AS place
WITH place, $rows[place] AS row
CREATE (node:$($labels))
SET node = row[0]
FOREACH (said IN row[1] | SET node[said[0]] = datetime(said[1]))
RETURN place, id(node) AS number
