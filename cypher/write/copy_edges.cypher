// Edges of a copy, into a graph that is being restored.
// access: write
// param $type: string, of all of them
// param $rows: list of list of any, the numbers of both nodes, properties and, by name, times as text
UNWIND $rows AS row
MATCH (left) WHERE id(left) = row[0]
MATCH (right) WHERE id(right) = row[1]
CREATE (left)-[edge:$($type)]->(right)
SET edge = row[2]
FOREACH (said IN row[3] | SET edge[said[0]] = datetime(said[1]))
