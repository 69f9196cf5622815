"""One record alone, and one decision of a steward, committed to the real Neo4j: what a caller waits.

`python -m bench.committed < order.json`, on a graph that is resolved; milliseconds of the clock, by which a
caller waits. Records of one feed come again as those of an agency that nobody knows yet.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.in_memory import spread
from mast_api.live import Held, LiveResolver
from mast_api.opening import open_encoding
from mast_api.settings import Settings
from mast_api.stewarding import Stewarding
from mast_api.terminal import Terminal
from mast_api.workspace import key_ring, new_id, now
from mast_api.writing import writer
from mast_graph.lease import Lease
from mast_graph.load import Load, Loader
from mast_graph.people import write_changes
from mast_graph.state import read_pending
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.source_yaml import read_source
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint, Upsert
from mast_resolver.records import Batch, EntityId, Kind, RecordId

AGENCY: Final = "bench-agency"
WARM: Final = 500
"""So many first ones do not count: statements are planned, and Java compiles. A server that has just started
takes four times as long for an empty transaction as one that has run some thousands."""


class Alone:
    """A resolver in memory beside the graph it is stored in."""

    def __init__(self, store: Store, keys: KeyRing) -> None:
        self.store, self.keys = store, keys
        self.live = LiveResolver(store, keys, read_model("person"), warn=print)
        self.live.read()

    def records(self, lease: Lease, load: Load, batches: Iterator[Batch]) -> dict[str, Any]:
        """Each batch is of one row: it is loaded, read back, resolved and stored, each step a commit."""
        loader = Loader(self.store, lease, now)
        loaded, resolved, both = [], [], []
        with self.live.changing() as held:
            for batch in batches:
                begun = time.perf_counter()
                loader.load(load, batch)
                there = time.perf_counter()
                self._resolve(lease, held)
                done = time.perf_counter()
                loaded.append(there - begun)
                resolved.append(done - there)
                both.append(done - begun)
        self.live.discard()
        return {
            "load one row": spread(loaded[WARM:]),
            "resolve one record": spread(resolved[WARM:]),
            "both": spread(both[WARM:]),
        }

    def _resolve(self, lease: Lease, held: Held) -> None:
        pending = list(read_pending(self.store, Kind.PERSON, most=10))
        changes = held.resolver.apply(
            [Upsert(each.id, open_encoding(self.keys, each.id, each.sealed or b"")) for each in pending]
        )
        lease.write(
            lambda tx, tick: write_changes(
                tx,
                changes,
                Kind.PERSON,
                settled=pending,
                tick=tick,
                at=now(),
                model_version=held.scorer.version,
                new_household=lambda: EntityId("H-" + new_id()),
            )
        )

    def decisions(self, times: int) -> dict[str, Any]:
        """Two records of one person are parted, and the decision is revoked."""
        stewards = Stewarding(self.store, (self.live,), self.keys, clock=now, new_id=new_id)
        self.live.read()
        parts, ties = [], []
        for left, right in self._pairs(times + WARM):
            begun = time.perf_counter()
            decided = stewards.decide(left, right, Constraint.CANNOT, by="bench", reason="measuring")
            there = time.perf_counter()
            stewards.revoke(decided.id, by="bench", reason="measuring")
            parts.append(there - begun)
            ties.append(time.perf_counter() - there)
        return {"unmerge": spread(parts[WARM:]), "its revocation": spread(ties[WARM:])}

    def _pairs(self, most: int) -> list[tuple[RecordId, RecordId]]:
        with self.live.using() as held:
            people = sorted(sorted(each) for each in held.resolver.partition() if len(each) > 1)
        return [(each[0], each[1]) for each in people[:most]]


def batches(folder: Path, keys: KeyRing, feed: str, files: list[str]) -> Iterator[Batch]:
    """The rows of a feed, each alone and under another agency's name."""
    source = replace(read_source(folder / feed), agency=AGENCY)
    pseudonymiser = Pseudonymiser(keys, now)
    with tempfile.TemporaryDirectory() as reports, Rejects(Path(reports) / "rejects.csv") as rejects:
        for row in read_rows(source, [folder / name for name in files], rejects):
            if row.has_person and not row.superseded:
                alone = replace(row, moments={}, text=_person(row.text))
                yield from pseudonymiser.batches(source, [alone])


def _person(text: Any) -> dict[str, str]:
    return {name: value for name, value in text.items() if not name.startswith("contact")}


def main() -> None:
    """Both."""
    order = json.load(sys.stdin)
    settings, terminal = replace(Settings.read(os.environ), data=Path(order["data"])), Terminal(as_json=True)
    keys, folder = key_ring(settings, terminal), Path(order["folder"])
    (feed, files), times = order["feed"], order["times"]
    with writer(settings, terminal, "bench one record") as (store, lease):
        alone = Alone(store, keys)
        load = Loader(store, lease, now).begin(f"{AGENCY}/one", new_id())
        assert load is not None
        told = alone.records(lease, load, islice(batches(folder, keys, feed, files), times + WARM))
        lease.release()  # a decision takes it for itself
        told |= alone.decisions(times)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
