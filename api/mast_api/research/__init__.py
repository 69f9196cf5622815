"""Figures for research: read, worked out, held against the policy, remembered, and released by two people."""
