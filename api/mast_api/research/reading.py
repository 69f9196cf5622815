"""The graph as researchers may count in it: in columns in memory, read again when somebody wrote."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np

from mast_analytics.civil import months_before
from mast_analytics.history import Bools, History
from mast_analytics.pages import NEVER, ContactPage, EntityPage, HomePage, Pages
from mast_graph import research
from mast_graph.research import Term, Whose
from mast_graph.store import Store


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was on record when it was read: nothing of whoever is shielded or objects.

    ``tick`` is the number of the last write transaction that it holds, ``at`` the moment it was begun at.
    """

    history: History
    tick: int
    at: dt.datetime
    contacts: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """What agreements in force let a caller count; ``terms`` are all there are, serving or not.

    ``uncovered`` are classes of data of which there are contacts that may not be counted.
    """

    history: History
    terms: tuple[Term, ...]
    uncovered: tuple[str, ...]


class Readings:
    """Gives the graph as it is now. Blocking, and safe to share between threads.

    What is in memory is given again for as long as nobody wrote; of several who ask while it is read, one
    reads. Memory goes with contacts: some hundred bytes each.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], dt.datetime],
        on_contacts: Callable[[int], None] = lambda _count: None,
    ) -> None:
        self._store, self._clock, self._on_contacts = store, clock, on_contacts
        self._reading: Reading | None = None
        self._one_reads = threading.Lock()
        self.times_read = 0

    def now(self) -> Reading:
        """The graph as it is.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        with self._one_reads:
            tick = research.last_change(self._store)
            if self._reading is None or self._reading.tick != tick:
                self._reading = self._read(tick)
            return self._reading

    def allowed(
        self,
        reading: Reading,
        *,
        purpose: str,
        agency: str,
        data_classes: AbstractSet[str],
        serving_at: dt.datetime,
    ) -> Allowed:
        """Of what was read, what agreements let a caller count for a purpose; asked anew each time.

        ``data_classes`` are those that the caller's role may see at all.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        terms = self.terms(purpose=purpose, agency=agency, serving_at=serving_at)
        return allowed(reading.history, terms, data_classes=data_classes, serving_at=serving_at)

    def terms(self, *, purpose: str, agency: str, serving_at: dt.datetime) -> list[Term]:
        """What agreements say of every class of data, serving a caller or not; asked anew each time.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        return research.terms(self._store, purpose=purpose, agency=agency, serving_at=serving_at)

    def _read(self, tick: int) -> Reading:
        """The tick is that of before: what is written meanwhile makes it be read again."""
        at = self._clock()
        entities, objectors = research.whose(self._store)
        history = History(
            Pages(
                contacts=self._contacts(),
                entities=[_entity_page(entities)],
                homes=(_home_page(page, objectors) for page in research.home_pages(self._store)),
            )
        )
        self.times_read += 1
        return Reading(history, tick, at, len(history.versions.at))

    def _contacts(self) -> Iterator[ContactPage]:
        count = 0
        for page in research.contact_pages(self._store):
            count += len(page["ids"])
            self._on_contacts(count)
            yield _contact_page(page)


def allowed(
    history: History, terms: Sequence[Term], *, data_classes: AbstractSet[str], serving_at: dt.datetime
) -> Allowed:
    """What of a history may be counted: contacts of which a term serves, as far back as it may be kept."""
    versions = history.versions
    today = dt.datetime.combine(serving_at, dt.time(), dt.UTC)
    covered, kept = np.zeros((2, len(versions.at)), np.bool_)
    for term in terms:
        if term.serves and term.data_class in data_classes:
            of_term = (
                np.isin(versions.agreement, history.agreements.find([term.agreement]))
                & np.isin(versions.data_class, history.data_classes.find([term.data_class]))
                & np.isin(versions.agency, history.agencies.find(term.parties))
            )
            covered |= of_term
            kept |= of_term & (versions.at >= months_before(today, term.months).timestamp())
    return Allowed(history.only(kept), tuple(terms), tuple(_classes(history, ~covered)))


def _classes(history: History, rows: Bools) -> list[str]:
    names = history.data_classes.all
    return sorted(names[each] for each in np.unique(history.versions.data_class[rows]).tolist())


def _contact_page(page: dict[str, Any]) -> ContactPage:
    return ContactPage(
        ids=page["ids"],
        types=page["types"],
        agencies=page["agencies"],
        data_classes=page["data_classes"],
        agreements=page["agreements"],
        severities=page["severities"],
        categories=page["categories"],
        open=page["open"],
        at=_seconds(page["at"]),
        closed=[NEVER if moment < 0 else moment / 1000 for moment in page["closed_at"]],
        recorded_from=_seconds(page["recorded_from"]),
        recorded_to=_seconds(page["recorded_to"]),
        touches=page["touches"],
    )


def _entity_page(found: Sequence[Whose]) -> EntityPage:
    return EntityPage(
        records=[each.record for each in found],
        entities=[each.entity for each in found],
        recorded_from=_seconds(each.recorded_from for each in found),
        recorded_to=_seconds(each.recorded_to for each in found),
    )


def _home_page(page: dict[str, Any], but: frozenset[str]) -> HomePage:
    names = ("people", "addresses", "households", "starts", "ends", "communal")
    kept = [
        row for row in zip(*(page[name] for name in names), strict=True) if not row[5] and row[0] not in but
    ]
    people, addresses, households, starts, ends, _ = zip(*kept, strict=True) if kept else ((),) * 6
    return HomePage(people, addresses, households, _seconds(starts), _seconds(ends))


def _seconds(moments: Any) -> list[float]:
    return [moment / 1000 for moment in moments]
