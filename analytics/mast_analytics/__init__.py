"""Triggers as rules that are data, and what they find. Pure: nothing here knows a clock or the graph."""
