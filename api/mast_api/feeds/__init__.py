"""Feeds as a service: signed deliveries in a drop folder, verified before they are loaded, and receipted."""
