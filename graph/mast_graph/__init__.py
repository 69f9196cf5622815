"""The graph: the only package that talks to Neo4j."""
