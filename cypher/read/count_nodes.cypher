// How many nodes the graph holds, of whatever kind.
// access: read
// column nodes: integer
MATCH (n) RETURN count(n) AS nodes
