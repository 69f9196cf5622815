"""Triggers, escalation paths and disclosure control over rows the graph reads."""
