"""Two things asked in interleaved pairs, so that whatever else the machine does befalls both."""

from __future__ import annotations

import gc
import random
from collections.abc import Container, Sequence

from bench.bench import SEED
from bench.wire import Connection

Side = tuple[Connection, Sequence[bytes]]
"""Whom to ask, and requests to go round in."""


async def ask_in_pairs(
    left: Side, right: Side, *, pairs: int, warm_up: int, answered: Container[int] = (200,)
) -> tuple[list[float], list[float]]:
    """Seconds that each answer took, pair by pair; who is asked first is drawn.

    ``answered`` are the status codes of what counts as an answer.

    Raises:
        RuntimeError: one was refused, or the answers of a pair are not as long as each other.
    """
    draw = random.Random(SEED)
    timings: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    for number in range(-warm_up, pairs):
        lengths = [0, 0]
        for side in draw.sample((0, 1), 2):
            connection, requests = (left, right)[side]
            answer = await connection.ask(requests[number % len(requests)])
            if answer.status not in answered:
                raise RuntimeError(answer.body[:400].decode(errors="replace"))
            lengths[side] = len(answer.body)
            if number >= 0:
                timings[side].append(answer.seconds)
        # Cursors have the moment of the answer in them, and are as long.
        if lengths[0] != lengths[1]:
            raise RuntimeError("the two answer differently")
    gc.enable()
    return timings
