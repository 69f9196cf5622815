// How far the numbers of nodes and edges go, which are the database's own, and how many there are.
// access: read
// column nodes: integer
// column edges: integer
// column highest_node: integer, -1 without any
// column highest_edge: integer, -1 without any
CALL () {
  MATCH (node)
  RETURN count(node) AS nodes, coalesce(max(id(node)), -1) AS highest_node
}
CALL () {
  MATCH ()-[edge]->()
  RETURN count(edge) AS edges, coalesce(max(id(edge)), -1) AS highest_edge
}
RETURN nodes, edges, highest_node, highest_edge
