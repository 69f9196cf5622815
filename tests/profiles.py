"""What a statement does in the store, by its profile: counted, not timed."""

from __future__ import annotations

from typing import Any


def accesses(profile: dict[str, Any]) -> int:
    """Accesses of the store (database hits) of a whole plan."""
    return int(profile["dbHits"]) + sum(map(accesses, profile.get("children", ())))
