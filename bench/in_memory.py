"""The resolver by itself, with the model of the area: growth, single changes, look-ups, Splink beside it.

`python -m bench.in_memory < order.json`, a process of its own; what was measured comes back as JSON. Seconds
are of processor time: other work on the machine shows in the clock. Encoding is outside the watch.
"""

from __future__ import annotations

import gc
import json
import logging
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from splink import Linker, block_on

from bench.accuracy import areas, ours
from bench.ingest import count_pairs
from mast_api.opening import CAP
from mast_api.resolving import BATCH
from mast_resolver.calibrate import calibrate
from mast_resolver.comparisons import PERSON
from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.splink import encoding_table, splink_comparison
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import SAME, UNRELATED, read_model
from mast_resolver.ports import Constraint, Decide, Retract, Upsert
from mast_resolver.records import Encoding, EntityId, Kind, MatchWeight, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer

HELD_BACK: Final = 500
"""Records that arrive one by one at the full size."""
BLOCKS: Final = (("given_name", "family_name"), ("date_of_birth",))
ENOUGH: Final = MatchWeight(0)
HITS: Final = 10


def name(number: int) -> RecordId:
    return RecordId(f"r{number:032x}")


def megabytes() -> float:
    """In memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def timed(work: Callable[..., object], *given: object) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    work(*given)
    return time.process_time() - begun


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    p50, p99 = np.percentile(np.array(seconds) * 1000, [50, 99])
    return {"times": len(seconds), "p50": float(p50), "p99": float(p99), "most": max(seconds) * 1000}


class Bench:
    """One area in one resolver."""

    def __init__(self, encodings: list[Encoding]) -> None:
        self.loaded, self.late = encodings[:-HELD_BACK], encodings[-HELD_BACK:]
        base = read_model("person")
        self.model = calibrate(base, ours.sample(encodings), records=len(encodings), cap=CAP[Kind.PERSON])
        self.weighed = count_pairs()
        self.scorer = ModelScorer(self.model, term_frequencies(self.model, encodings))
        numbers = count(1)
        self.resolver = Resolver(
            self.scorer, new_id=lambda: EntityId(f"P-{next(numbers)}"), cap=CAP[Kind.PERSON]
        )
        self.chance = random.Random(1)

    def load(self) -> list[dict[str, float]]:
        """In batches; a line at every doubling and at the end."""
        lines, seconds, since, weighed = [], 0.0, 0, 0
        mark = 10_000
        for start in range(0, len(self.loaded), BATCH):
            end = min(start + BATCH, len(self.loaded))
            batch = [Upsert(name(at), self.loaded[at]) for at in range(start, end)]
            seconds += timed(self.resolver.apply, batch)
            if end >= mark or end == len(self.loaded):
                lines.append(
                    {
                        "records": end,
                        "per_second": (end - since) / seconds,
                        "pairs_per_record": (self.weighed() - weighed) / (end - since),
                        "pairs_per_record_in_all": self.weighed() / end,
                        "megabytes": megabytes(),
                    }
                )
                seconds, since, weighed, mark = 0.0, end, self.weighed(), 2 * mark
        return lines

    def one_by_one(self) -> dict[str, dict[str, float]]:
        """Records that come alone and go again, and pairs that a steward parts and ties again."""
        first = len(self.loaded)
        comes = [
            timed(self.resolver.apply, [Upsert(name(first + at), encoding)])
            for at, encoding in enumerate(self.late)
        ]
        goes = [timed(self.resolver.apply, [Retract(name(first + at))]) for at in range(len(self.late))]
        people = [sorted(each) for each in self.resolver.partition() if len(each) > 1]
        pairs = [tuple(each[:2]) for each in self.chance.sample(sorted(people), min(500, len(people)))]
        parts, ties = [], []
        for left, right in pairs:
            parts.append(timed(self.resolver.apply, [Decide(left, right, Constraint.CANNOT)]))
            ties.append(timed(self.resolver.apply, [Decide(left, right, None)]))
        return {
            "one record comes": spread(comes),
            "one record goes": spread(goes),
            "an unmerge": spread(parts),
            "its revocation": spread(ties),
        }

    def look_up(self, times: int) -> dict[str, Any]:
        """Search for records that are there, explain the best hit; memory before and after."""

        def once(encoding: Encoding) -> None:
            hits = self.resolver.search(encoding, limit=HITS, at_least=ENOUGH).best
            if hits:
                self.resolver.beside(encoding, hits[0].record, self.scorer.explain)

        asked = [self.loaded[self.chance.randrange(len(self.loaded))] for _ in range(2_000)]
        for each in asked[:200]:
            once(each)
        before = megabytes()
        seconds = [timed(once, asked[at % len(asked)]) for at in range(times)]
        return {**spread(seconds), "megabytes_before": before, "megabytes_after": megabytes()}


def splink_between(encodings: Sequence[Encoding], late: Sequence[Encoding]) -> dict[str, float]:
    """What Splink needs to compare one record with all others, by its own blocking; clusters are not kept."""
    model = read_model("person")
    comparisons = []
    for each in map(splink_comparison, PERSON):
        for level in each["comparison_levels"]:
            if not level.get("is_null_level"):
                odds = model.comparisons[each["output_column_name"]][level["label_for_charts"]].chances
                level["m_probability"], level["u_probability"] = odds[SAME], odds[UNRELATED]
        comparisons.append(each)
    settings = {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": model.chance_same,
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [block_on(*columns) for columns in BLOCKS],
        "retain_matching_columns": False,
    }
    with in_memory() as database:
        for table, first, some in (("known", 0, encodings), ("late", len(encodings), late)):
            rows = encoding_table(Kind.PERSON, some, first=first)
            bits = [column for column in rows.column_names if column.endswith("_bits")]
            database.append(table, rows, bits=bits)
        known = database.api.register("known")
        linker = Linker(known, settings, log_level=logging.ERROR)
        seconds = []
        for at in range(len(late)):
            number = len(encodings) + at
            database.run(f"CREATE TABLE one_{at} AS SELECT * FROM late WHERE unique_id = {number}")  # noqa: S608
            one = database.api.register(f"one_{at}")
            begun = time.process_time()
            found = linker.inference.predict_between(known, one, warning_mode="never")
            found.as_record_list()
            seconds.append(time.process_time() - begun)
            found.drop_table_from_database_and_remove_from_cache()
        return spread(seconds)


def main() -> None:
    """Do all of it."""
    order = json.load(sys.stdin)
    area = areas.fixture(Path(order["folder"]), "borough")
    encodings = area.encodings
    # Feeds one after the other would be agencies one after the other; a day brings some of each.
    random.Random(1).shuffle(encodings)
    before = megabytes()
    bench = Bench(encodings)
    told: dict[str, Any] = {"model": bench.model.version, "megabytes_before": before, "growth": bench.load()}
    told["alone"] = bench.one_by_one()
    told["look_up"] = bench.look_up(order["look_ups"])
    told["people"] = len(bench.resolver.partition())
    if order["splink"]:
        told["splink"] = splink_between(bench.loaded, bench.late[: order["splink"]])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
