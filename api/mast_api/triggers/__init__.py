"""Trigger rules in the service: tried on the past, put in force, and evaluated with each change."""
