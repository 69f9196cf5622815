"""From what a researcher asks to episodes, and from episodes to what may be given: always by one way."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, ParamSpec, TypeVar

from mast_analytics.cohorts import Selection, paths, selected
from mast_analytics.disclosure.editions import Areas
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.registers import Content
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.history import History
from mast_api.research.keeping import LedgerKeeper
from mast_api.research.reading import Allowed, Readings
from mast_graph.area_codes import AreasKnown, areas_known
from mast_graph.store import Store
from mast_intake.keys import KeyRing

P = ParamSpec("P")
T = TypeVar("T")
KEPT: Final = 4
"""Cut-offs of which everybody's episodes are kept, for the next questions: 20 MB each for 100,000 people."""
AT_ONCE: Final = 2
"""Questions that are worked on; others wait for their turn, and are given up when their caller has gone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of whom, as of when, under which policy; and for whom, of what they may see at all."""

    by: GroupBy
    cut_off: CutOff
    holding_days: int
    selection: Selection
    policy: Policy
    purpose: str
    agency: str
    data_classes: frozenset[str]
    serving_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to count: the episodes of those who were asked for, and all others' as far as needed."""

    wanted: Wanted
    allowed: Allowed
    everybody: Episodes
    cohort: Episodes


class Research:
    """Gives what figures are made of, and remembers what they were of. Blocking, and safe to share."""

    def __init__(
        self, store: Store, keys: KeyRing, *, clock: Callable[[], dt.datetime], on_record: Callable[[], int]
    ) -> None:
        self.readings = Readings(store, clock=clock)
        self._store = store
        self._ready = False
        self._one_keeps = threading.Lock()
        self._history: History | None = None
        self._kept: dict[tuple[object, ...], Episodes] = {}
        self._ledger = LedgerKeeper(store, keys, clock=clock, on_record=on_record)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mast-research")

    async def aside(self, answer: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Work in threads of research alone: a question that waits for a reading keeps no other one waiting.

        Raises:
            Exception: whatever ``answer`` raises.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(answer, *args, **more))

    def get_ready(self) -> None:
        """Begin to read what figures are made of: whoever asks what there is to choose will ask for them.

        What goes wrong is told to whoever asks for a figure.
        """
        if not self._ready:
            self._ready = True
            self._threads.submit(self.readings.now)

    def close(self) -> None:
        """Begin no other question; those that are worked on end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def find(self, wanted: Wanted) -> Found:
        """Episodes as they were known at the cut-off.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        allowed = self.allowed(wanted)
        everybody = self._everybody(allowed.history, wanted)
        return Found(wanted, allowed, everybody, selected(everybody, wanted.selection))

    def allowed(self, wanted: Wanted) -> Allowed:
        """What the caller may count in, before anything is counted.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        return self.readings.allowed(
            self.readings.now(),
            purpose=wanted.purpose,
            agency=wanted.agency,
            data_classes=wanted.data_classes,
            serving_at=wanted.serving_at,
        )

    def _everybody(self, history: History, wanted: Wanted) -> Episodes:
        """Of everybody, as the last questions had it if they were of the same."""
        # Nothing was learnt after the last thing that was: now is then, however often it is asked.
        known = min(wanted.cut_off.recorded.timestamp(), history.last_learnt)
        key = (wanted.cut_off.valid, known, wanted.by, wanted.holding_days)
        with self._one_keeps:
            if self._history is not history:
                self._history, self._kept = history, {}
            kept = self._kept
        found = kept.get(key)
        if found is None:
            found = episodes(history, wanted.cut_off, by=wanted.by, holding_days=wanted.holding_days)
            with self._one_keeps:
                while len(kept) >= KEPT:
                    kept.pop(next(iter(kept)))
                kept[key] = found
        return found

    def areas(self, recorded: dt.datetime) -> AreasKnown:
        """The area of each address record that has one, as known at a moment.

        Raises:
            GraphUnavailableError: no answer, or none in time.
        """
        return areas_known(self._store, recorded)

    def release(
        self,
        question: str,
        cohorts: Mapping[str, Episodes | Content],
        policy: Policy,
        areas: Areas | None = None,
    ) -> int:
        """Remember of whom an answer is; it may be given if this returns. How many cohorts are remembered.

        ``areas`` where it is by area.

        Raises:
            CohortTooCloseError, PolicyMixedError: it may not.
            LedgerChangedError, LedgerBehindError, GraphUnavailableError: nobody can say whether it may.
        """
        content = {
            name: paths(each) if isinstance(each, Episodes) else each for name, each in cohorts.items()
        }
        return self._ledger.admit(question, content, policy, areas)
