"""Addresses as people write them: parsed, matched and measured beside others."""
