"""People in memory, in step with the graph: one copy for searches, explanations and stewards' decisions."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

from mast_api.collecting import pass_over
from mast_api.lookout import Lookout
from mast_api.opening import open_encoding, restored, scorer_for
from mast_graph.decisions import read_decisions
from mast_graph.following import Followed, Since, read_changes, read_followed
from mast_graph.shields import read_shielded_people
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphUnavailableError, MastError, ResolverStaleError
from mast_resolver.model import Model
from mast_resolver.records import Encoding, EntityId, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer

LOOK_EVERY_S: Final = 2.0
PATIENCE: Final = 8
"""So many looks in a row may find somebody writing before what they wrote is followed all the same."""

WAIT_S: Final = 2.5
"""A question waits so long at most for a decision to be stored, ..."""

TURN_WITHIN_S: Final = 5.0
"""... and a decision for its turn: for what others wrote to be followed."""

AT_ONCE: Final = 500
"""Records followed in one go: searches wait meanwhile, about 50 ms."""


@dataclass(slots=True)
class Held:
    """A resolver, its scorer, the last transaction that they know of, and who must not be found."""

    resolver: Resolver
    scorer: ModelScorer
    tick: int
    shielded: frozenset[EntityId] = frozenset()

    def person_of(self, record: RecordId) -> EntityId | None:
        """Whose record it is; ``None`` for one that is not present, or whose person is shielded."""
        person = self.resolver.entity_of(record)
        return None if person in self.shielded else person


class LiveResolver(Lookout):
    """Follows the graph in a thread, and at once when asked to.

    Who writes notes which records changed (``mast_graph.following``); those are read again, no others.
    Everything is read anew at the start, after all evidence was weighed anew, and when a write failed.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        model: Model,
        *,
        warn: Callable[[str], None],
        step: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """``step`` shows the operator that everything is being read, the first time."""
        super().__init__("people", about="people in memory", every_s=LOOK_EVERY_S, warn=warn)
        self._store, self._keys, self._model = store, keys, model
        self._step = step
        self._following = threading.Lock()
        self._using = threading.Lock()
        self._held: Held | None = None
        self._before, self._looks = -1, 0

    @property
    def ready(self) -> bool:
        """Whether the people are in memory."""
        return self._held is not None

    @contextmanager
    def using(self) -> Iterator[Held]:
        """The people as they are in memory, for one caller at a time.

        Raises:
            GraphUnavailableError: they are not read yet, or somebody keeps them for too long.
        """
        with _lock(self._using, within_s=WAIT_S):
            if self._held is None:
                raise GraphUnavailableError("people are still being read", fix="ask again in some seconds")
            yield self._held

    @contextmanager
    def changing(self) -> Iterator[Held]:
        """The people as the graph has them now, for the one who is about to change both.

        Once the resolver was changed and what it changed may not be stored, call :meth:`discard`.

        Raises:
            ResolverStaleError: evidence is being, or has to be, weighed anew first.
            GraphUnavailableError: as for :meth:`using`.
        """
        with _lock(self._following, within_s=TURN_WITHIN_S):
            if not self._catch_up():
                raise ResolverStaleError(
                    "all evidence is being weighed anew, or was left half weighed",
                    fix="wait until `mast resolve` has ended, or run it",
                )
            with self.using() as held:
                yield held

    def discard(self) -> None:
        """Forget everything: memory may not be what is stored. It is read again."""
        self._held = None

    def catch_up(self) -> None:
        """Bring memory in step with the graph, now.

        Raises:
            GraphUnavailableError: it cannot be read, or is still being read for the first time.
        """
        with _lock(self._following, within_s=TURN_WITHIN_S):
            self._catch_up()

    def read(self) -> None:
        """Read everything anew and put it in the place of what was read before."""
        tick = read_changes(self._store, 0).tick
        scorer = scorer_for(self._store, self._keys, self._model)
        held = Held(
            restored(self._store, self._keys, scorer), scorer, tick, read_shielded_people(self._store)
        )
        # What was changed while it was read is noted, and followed next.
        with self._using:
            self._held = held
        gc.unfreeze()  # those who were held before
        pass_over()

    def _catch_up(self) -> bool:
        """Whether all stored evidence is there: then it is that of the model stored beside it, which may be
        another than when we began."""
        held = self._held
        since = read_changes(self._store, held.tick if held else 0)
        stands = bool(since.model)
        if held is not None and since.records is not None:
            if since.tick != held.tick:
                held.shielded = read_shielded_people(self._store)
            self._follow(held, since)
        elif held is None or stands:
            step, self._step = self._step, nullcontext
            with step("Reading people; nobody is searched for before"):
                self.read()
        return stands

    def _follow(self, held: Held, since: Since) -> None:
        records = sorted(since.records or ())
        for start in range(0, len(records), AT_ONCE):
            found = list(read_followed(self._store, records[start : start + AT_ONCE]))
            opened = [(each.id, self._open(each), each.entity) for each in found]
            evidence = [edge for each in found for edge in each.evidence]
            decisions = read_decisions(self._store, self._model.kind)
            with self._using:
                try:
                    held.resolver.follow(opened, evidence, decisions)
                except MastError:
                    self.discard()
                    raise
        held.tick = since.tick

    def _open(self, record: Followed) -> Encoding | None:
        return None if record.sealed is None else open_encoding(self._keys, record.id, record.sealed)

    def look(self) -> None:
        """Follow the graph, but while somebody loads not each batch: it would take time from answers."""
        tick = self._tick()
        self._looks += 1
        if self._held is None or tick == self._before or self._looks > PATIENCE:
            self.catch_up()
            self._looks = 0
        self._before = tick

    def _tick(self) -> int:
        rows = self._store.read("read.state_tick")
        return int(rows[0]["tick"]) if rows else 0


@contextmanager
def _lock(lock: threading.Lock, *, within_s: float) -> Iterator[None]:
    if not lock.acquire(timeout=within_s):
        raise GraphUnavailableError(
            "people are being read, or a decision is being stored", fix="ask again in some seconds"
        )
    try:
        yield
    finally:
        lock.release()
