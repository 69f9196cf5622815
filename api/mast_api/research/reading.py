"""The graph as researchers may count in it: in columns in memory, brought up to date when somebody wrote."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from mast_analytics.civil import last_month_end, months_before
from mast_analytics.history import Bools, History
from mast_api.research.holding import Held
from mast_graph import research
from mast_graph.counted import Changed, read_changed
from mast_graph.research import Term
from mast_graph.store import Store
from mast_resolver.days import LONDON


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

    What is in memory is given again for as long as nobody wrote, and else only what was changed is read; of
    several who ask while it is read, one reads. Memory goes with contacts: some hundred bytes each.
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
        self._held: Held | None = None
        self._last: tuple[History, tuple[object, ...], Allowed] | None = None
        """What was allowed last, of which history and by what: mostly the same is asked again."""
        self._one_reads = threading.Lock()
        self.times_read = 0

    def now(self) -> Reading:
        """The graph as it is.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        with self._one_reads:
            before = self._reading
            tick, changed = read_changed(self._store, before.tick if before else 0)
            if before is None or before.tick != tick:
                self._reading = before = self._follow(tick, changed)
            return before

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
        key = (tuple(terms), data_classes, serving_at.date())
        last = self._last
        if last is None or last[0] is not reading.history or last[1] != key:
            found = allowed(reading.history, terms, data_classes=data_classes, serving_at=serving_at)
            self._last = last = (reading.history, key, found)
        return last[2]

    def terms(self, *, purpose: str, agency: str, serving_at: dt.datetime) -> list[Term]:
        """What agreements say of every class of data, serving a caller or not; asked anew each time.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        return research.terms(self._store, purpose=purpose, agency=agency, serving_at=serving_at)

    def _follow(self, tick: int, changed: Changed) -> Reading:
        """The tick is that of before: what is written meanwhile is read again with the next question."""
        at, held = self._clock(), self._held
        if held is None or changed.everything:
            held = Held.read(self._store, self._on_contacts)
            self.times_read += 1
        elif changed:
            held = held.brought_up(self._store, changed)
        self._held = held
        return Reading(held.history, tick, at, len(held.versions))


def allowed(
    history: History, terms: Sequence[Term], *, data_classes: AbstractSet[str], serving_at: dt.datetime
) -> Allowed:
    """What of a history may be counted: contacts of which a term serves, as far back as it may be kept.

    That is as far back as it may be kept until the end of the month in which it is asked, so that what is
    asked twice in one month is of the same contacts: a window that slid by a day each day would make another
    cohort of the same question, by the few whose first contact went. What is allowed says from which day on
    it is whole: a year that began before is not to be compared with one that did not.
    """
    versions = history.versions
    month = dt.datetime.combine(last_month_end(serving_at) + dt.timedelta(days=1), dt.time(), LONDON)
    covered, kept = np.zeros((2, len(versions.at)), np.bool_)
    since = np.zeros(len(versions.at), np.int64)
    for term in terms:
        if term.serves and term.data_class in data_classes:
            of_term = (
                np.isin(versions.agreement, history.agreements.find([term.agreement]))
                & np.isin(versions.data_class, history.data_classes.find([term.data_class]))
                & np.isin(versions.agency, history.agencies.find(term.parties))
            )
            begin = months_before(month, term.months - 1)
            covered |= of_term
            kept |= of_term & (versions.at >= begin.timestamp())
            since[of_term] = begin.toordinal()
    return Allowed(history.only(kept, since), tuple(terms), tuple(_classes(history, ~covered)))


def _classes(history: History, rows: Bools) -> list[str]:
    names = history.data_classes.all
    return sorted(names[each] for each in np.unique(history.versions.data_class[rows]).tolist())
