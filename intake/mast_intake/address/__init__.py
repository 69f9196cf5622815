"""Typed or recorded addresses to their parts, one parser per country."""
