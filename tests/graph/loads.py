"""Loads for tests: a clock that moves on, a feed that is begun, a family in one batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from tests.builders import FEED, NOON, at_place, batch, contact, home, person, place, touches

from mast_graph.batch import Counts
from mast_graph.lease import Lease
from mast_graph.load import Load, Loader
from mast_graph.people import write_changes
from mast_graph.state import PendingRecord
from mast_resolver.ports import Changes
from mast_resolver.records import Batch, EntityId, Kind

VERSIONS = """
MATCH (record {id: $id})-[:VERSION]->(version)
RETURN version.content AS content, version.recorded_to = $forever AS current ORDER BY version.recorded_from
"""


class Ticking:
    """A clock that moves on by a second at every look."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now


def load_all(loader: Loader, batches: Sequence[Batch], *, file_hash: str = "hash") -> Counts:
    load = begun(loader, file_hash)
    counts = sum(loader.load_each(load, batches), Counts())
    loader.finish(load, counts, rows=len(batches))
    return counts


def begun(loader: Loader, file_hash: str = "hash", *, feed: str = FEED) -> Load:
    load = loader.begin(feed, file_hash)
    assert load is not None
    return load


def settle(
    lease: Lease,
    changes: Changes,
    kind: Kind,
    settled: Sequence[PendingRecord],
    *,
    at: dt.datetime,
    new_household: Callable[[], str],
    version: str = "1",
) -> None:
    """What a resolver came to, written as `mast resolve` does."""
    lease.write(
        lambda tx, tick: write_changes(
            tx,
            changes,
            kind,
            settled=settled,
            tick=tick,
            at=at,
            model_version=version,
            new_household=lambda: EntityId(new_household()),
        )
    )


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


def family() -> Batch:
    return batch(
        people=[person("ann"), person("ben")],
        places=[place("mill lane")],
        homes=[home("ann", "mill lane", day(1)), home("ben", "mill lane", day(2))],
        contacts=[
            contact("call", touches("ann", "caller"), touches("ben", "suspect"), at_place("mill lane"))
        ],
    )
