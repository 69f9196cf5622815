"""How right the resolver is: `python -m bench.accuracy`, on data with known truth, at its defaults."""
