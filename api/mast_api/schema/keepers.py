"""Whose records an answer holds: each agency is told of every use of its data, by the audit log."""

from __future__ import annotations

from collections.abc import Iterable

from mast_api.asking import Asking
from mast_graph.reviewing import agencies_of_records


async def answer_with_records(asking: Asking, records: Iterable[str]) -> None:
    """Remember records that the answer holds, and the agencies that keep them."""
    held = sorted(set(records))
    if held:
        asking.answer_with("records", held)
        asking.answer_with("agencies", await agencies_of_records(asking.services.store, held))
