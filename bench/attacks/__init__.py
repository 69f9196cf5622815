"""Attacks on what is stored: how many people an outsider names, with and without hardening."""
