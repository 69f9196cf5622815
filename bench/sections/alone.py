"""The resolver by itself and one record alone: pairs a record as the area grows, single changes, look-ups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from bench.bench import Bench
from bench.processes import python, run
from bench.report import Figures, Measured, number
from bench.sections import generate, load, resolve

NAME = "alone"
LOOK_UPS: Final = 100_000
SPLINKS: Final = 50
ALONE: Final = 300

ASKED: Final = {
    "one record comes": "",
    "one record goes": "",
    "an unmerge": "under 20",
    "its revocation": "",
    "a look-up with explanation": "p50 under 1",
    "Splink's predict_between for one record": "",
    "load one row": "",
    "resolve one record": "p50 under 3, p99 under 15",
    "both": "",
    "unmerge": "under 20",
}


def measure(bench: Bench) -> Measured:
    """In memory on the borough's records, then on the graph that the resolve section leaves.

    `--people 40000` makes about 100,000 records, `--people 400000` a million: hours, and 16 GiB.
    """
    generate.prepare(bench)
    order = {"folder": str(bench.fixtures), "look_ups": LOOK_UPS, "splink": SPLINKS}
    cost = run(python("bench.in_memory"), cwd=bench.root, sent=json.dumps(order))
    told = json.loads(cost.output)
    return Measured(
        NAME,
        "The resolver by itself, and one record alone",
        "The model of the area, learnt first; records of all agencies in random order, a thousand at a time.",
        [_growth(told, cost.peak_rss_mib), _single(told), _committed(bench)],
    )


def _growth(told: Mapping[str, Any], peak: float) -> Figures:
    rows = [
        (
            number(line["records"]),
            number(line["per_second"]),
            number(line["pairs_per_record"], 1),
            number(line["pairs_per_record_in_all"], 1),
            number(line["megabytes"] - told["megabytes_before"]),
        )
        for line in told["growth"]
    ]
    return Figures(
        "Incrementally, in memory",
        ("to records", "records/s since", "pairs weighed a record since", "in all", "MB held"),
        rows,
        [
            "Seconds of processor time, one thread; no database. Asked with one: 3,000 at 100,000 records.",
            "Asked: pairs a record at a million at most 1.5 times those at 100,000.",
            f"{told['people']:,} people at the end; peak of the process, area in clear text included, "
            f"{number(peak)} MiB.",
        ],
    )


def _single(told: Mapping[str, Any]) -> Figures:
    look_up = told["look_up"]
    rows = [_row(name, each) for name, each in told["alone"].items()]
    rows += [
        _row("a look-up with explanation", look_up),
        _row("Splink's predict_between for one record", told["splink"]),
    ]
    grew = look_up["megabytes_after"] - look_up["megabytes_before"]
    return Figures(
        "One at a time, in memory: milliseconds of processor time",
        ("what", "times", "p50", "p99", "most", "asked"),
        rows,
        [
            f"Memory over the {look_up['times']:,} look-ups: {number(look_up['megabytes_before'])} MB, "
            f"then {grew:+.1f} MB.",
            "Splink: the same records, levels and chances, its own blocking (both names, or date of birth); "
            "no cluster is updated.",
        ],
    )


def _committed(bench: Bench) -> Figures:
    resolve.prepare(bench)
    order = {
        "data": str(bench.data),
        "folder": str(bench.fixtures),
        "feed": [load.DELTA_FEED, bench.feeds()[load.DELTA_FEED]],
        "times": ALONE,
    }
    with bench.neo4j():
        cost = run(python("bench.committed"), cwd=bench.root, sent=json.dumps(order))
    bench.reach("loaded")  # it holds records of an agency that is none of the borough's
    told = json.loads(cost.output)
    return Figures(
        "One at a time, committed to Neo4j: milliseconds of the clock",
        ("what", "times", "p50", "p99", "most", "asked"),
        [_row(name, each) for name, each in told.items()],
        ["Each is one commit (both: two); a resolved record brings its households with it."],
    )


def _row(name: str, each: Mapping[str, float]) -> tuple[str, ...]:
    spread = (f"{each[column]:.2f}" for column in ("p50", "p99", "most"))
    return (name, number(each["times"]), *spread, ASKED.get(name, ""))
