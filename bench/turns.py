"""The load generator from the side of who asks for it: questions in turns, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any

from bench.bench import Bench
from bench.processes import python, run
from bench.report import number


@dataclass(frozen=True, slots=True)
class Asked:
    """A service, or a kind of question to one: bodies of requests, with the headers of them all."""

    name: str
    port: int
    headers: Mapping[str, str]
    bodies: Sequence[str]


def in_turns(
    bench: Bench, asked: Sequence[Asked], *, block: int, rounds: int, warm_up: int, clients: int = 1
) -> dict[str, Any]:
    """Ask a block of questions of the one, then of the next, and so on; see :mod:`bench.clients`."""
    plan = {
        "services": [asdict(each) for each in asked],
        "clients": clients,
        "block": block,
        "rounds": rounds,
        "warm_up": warm_up,
    }
    told: dict[str, Any] = json.loads(
        run(python("bench.clients"), cwd=bench.root, sent=json.dumps(plan)).output
    )
    for each in told["services"]:
        if each["refused"]:
            bench.say(f"{each['name']} refused {each['refused']}: {each['first_refusal']}")
    return told


def percentiles(seconds: Sequence[float]) -> tuple[str, str, str]:
    """Milliseconds that half, 95 and 99 in a hundred took at most, for a table.

    Example:
        >>> percentiles([0.001, 0.002, 0.003])
        ('2.0', '2.9', '3.0')
    """
    cut = quantiles(seconds, n=100, method="inclusive")
    half, most, nearly_all = (number(1_000 * cut[percent - 1], 1) for percent in (50, 95, 99))
    return half, most, nearly_all


def median_kb(sizes: Sequence[int]) -> str:
    """The median of some sizes in bytes, for a table.

    Example:
        >>> median_kb([900, 1_500, 8_000])
        '1.5'
    """
    return number(sorted(sizes)[len(sizes) // 2] / 1_000, 1)
