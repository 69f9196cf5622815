"""A graph out of a database and into another one, every property as it was, each element with its hash."""
