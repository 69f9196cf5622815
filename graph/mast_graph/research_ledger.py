"""Cohorts of which figures were given to researchers, one after another, as an append-only list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from mast_graph.rows import Row
from mast_graph.store import Store

PAGE: Final = 20
"""Releases a page: of a hundred thousand people one has up to two megabytes."""


@dataclass(frozen=True, slots=True)
class StoredCohort:
    """One cohort: for which question, when, under which policy, and its bits over keyed digests.

    ``number`` counts from 1; ``seal`` is of all of it and of the seal before, under a key that is not here.
    """

    number: int
    question: str
    at: dt.datetime
    policy: str
    people: bytes = field(repr=False)
    paths: bytes = field(repr=False)
    owners: bytes = field(repr=False)
    who: bytes = field(repr=False)
    what: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    areas: bytes = field(repr=False, default=b"")
    """Of an entry of places in which areas they were; there is none in those of people."""


def released_count(store: Store) -> int:
    """How many there are."""
    rows = store.read("read.research_ledger")
    return int(rows[0]["number"]) if rows else 0


def released_since(store: Store, after: int) -> Iterator[StoredCohort]:
    """Those after a number, in their order."""
    while rows := store.read("read.research_cohorts", after=after, limit=PAGE):
        yield from (StoredCohort(**(row | {"areas": row["areas"] or b""})) for row in rows)
        after = int(rows[-1]["number"])


def put_released(store: Store, cohorts: Sequence[StoredCohort]) -> bool:
    """Append some, of which the first follows the last that there is; false if that is another by now.

    Raises:
        GraphUnavailableError: nothing was stored.
        GraphOutcomeUnknownError: they may be stored.
    """
    rows = [_row(each) for each in cohorts]
    found = store.write(
        lambda tx: tx.run("write.put_research_cohorts", rows=rows, expected=cohorts[0].number - 1)
    )
    return bool(found and found[0]["stored"])


def _row(cohort: StoredCohort) -> Row:
    row = {column.name: getattr(cohort, column.name) for column in fields(cohort)}
    return row | {"areas": cohort.areas or None}
