"""The figures: what loading, resolving and answering cost, with comparisons in the same run."""
