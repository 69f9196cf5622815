"""A backup of everything but the keys, made while the service runs, and its way back."""

from __future__ import annotations

RESTORE_LOCK = "restore.lock"
"""A file of the data folder, held while something is restored into it; only then is it ever there."""
