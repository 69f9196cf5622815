"""People, or addresses, in memory, in step with the graph: for searches, explanations and decisions."""

from __future__ import annotations

import gc
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import ClassVar, Final

from mast_api.collecting import pass_over
from mast_api.lookout import Lookout
from mast_api.opening import open_encoding, restored, scorer_for
from mast_graph.decisions import read_decisions
from mast_graph.following import Followed, Since, read_changes, read_followed
from mast_graph.shields import Hidden, read_hidden
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphUnavailableError, MastError, ResolverStaleError
from mast_resolver.model import Model
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
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


NOTHING_HIDDEN: Final = Hidden()


@dataclass(slots=True)
class Held:
    """A resolver, its scorer, the last transaction that they know of, and what must not be found."""

    resolver: Resolver
    scorer: ModelScorer
    tick: int
    hidden: Hidden = NOTHING_HIDDEN

    @property
    def kind(self) -> Kind:
        """What is in memory."""
        return self.scorer.model.kind

    @property
    def shielded(self) -> frozenset[EntityId]:
        """Entities that must not be found."""
        return self.hidden.entities

    def entity_of(self, record: RecordId) -> EntityId | None:
        """Whose record it is; ``None`` for one that is not present, or that is hidden."""
        entity = self.resolver.entity_of(record)
        return None if entity in self.shielded or record in self.hidden.records else entity

    def members(self, entity: EntityId) -> frozenset[RecordId]:
        """The records of an entity, without what is hidden."""
        if entity in self.shielded:
            return frozenset()
        return frozenset(self.resolver.members(entity)) - self.hidden.records


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
        self._many = {Kind.PERSON: "people", Kind.ADDRESS: "addresses"}[model.kind]
        super().__init__(self._many, about=f"{self._many} in memory", every_s=LOOK_EVERY_S, warn=warn)
        self._store, self._keys, self._model = store, keys, model
        self._step = step
        self._following = threading.Lock()
        self._using = threading.Lock()
        self._held: Held | None = None
        self._before, self._looks = -1, 0

    @property
    def kind(self) -> Kind:
        """What is held in memory."""
        return self._model.kind

    @property
    def ready(self) -> bool:
        """Whether they are in memory."""
        return self._held is not None

    @contextmanager
    def using(self) -> Iterator[Held]:
        """What is in memory, for one caller at a time.

        Raises:
            GraphUnavailableError: they are not read yet, or somebody keeps them for too long.
        """
        with _lock(self._using, within_s=WAIT_S):
            if self._held is None:
                raise GraphUnavailableError(
                    f"{self._many} are still being read", fix="ask again in some seconds"
                )
            yield self._held

    @contextmanager
    def changing(self) -> Iterator[Held]:
        """What is in memory, as the graph has it now, for the one who is about to change both.

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
        self._follow_now()

    def _follow_now(self) -> None:
        with _lock(self._following, within_s=TURN_WITHIN_S):
            self._catch_up()

    def read(self) -> None:
        """Read everything anew and put it in the place of what was read before."""
        tick = read_changes(self._store, 0, self.kind).tick
        scorer = scorer_for(self._store, self._keys, self._model)
        held = Held(
            restored(self._store, self._keys, scorer), scorer, tick, read_hidden(self._store, self.kind)
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
        since = read_changes(self._store, held.tick if held else 0, self.kind)
        stands = bool(since.model)
        if held is not None and since.records is not None:
            if since.tick != held.tick:
                held.hidden = read_hidden(self._store, self.kind)
            self._follow(held, since)
        elif held is None or stands:
            step, self._step = self._step, nullcontext
            with step("Reading people; nobody is searched for before"):
                self.read()
        return stands

    def _follow(self, held: Held, since: Since) -> None:
        records = sorted(since.records or ())
        for start in range(0, len(records), AT_ONCE):
            found = list(read_followed(self._store, self.kind, records[start : start + AT_ONCE]))
            opened = [(each.id, self._open(each), each.entity) for each in found]
            evidence = [edge for each in found for edge in each.evidence]
            decisions = read_decisions(self._store, self.kind)
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
            self._follow_now()
            self._looks = 0
        self._before = tick

    def _tick(self) -> int:
        rows = self._store.read("read.state_tick")
        return int(rows[0]["tick"]) if rows else 0


@contextmanager
def _lock(lock: threading.Lock, *, within_s: float) -> Iterator[None]:
    if not lock.acquire(timeout=within_s):
        raise GraphUnavailableError(
            "people or addresses are being read, or a decision is being stored",
            fix="ask again in some seconds",
        )
    try:
        yield
    finally:
        lock.release()


class LiveAddresses(LiveResolver):
    """Addresses in memory for stewards: from the first question about them until nobody asked for a while.

    There may be a million of them, and most days nobody asks who is one of them: that would be gigabytes for
    nothing. So the first question waits until they are read, and is told to come again if that takes long.
    """

    KEPT_S: ClassVar[float] = 900.0
    """So long after the last question they are still followed."""

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        model: Model,
        *,
        warn: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(store, keys, model, warn=warn)
        self._clock, self._asked_at = clock, -math.inf

    @contextmanager
    def changing(self) -> Iterator[Held]:
        """As for people; it keeps addresses in memory."""
        self._asked_at = self._clock()
        with super().changing() as held:
            yield held

    def catch_up(self) -> None:
        """As for people; it keeps addresses in memory."""
        self._asked_at = self._clock()
        super().catch_up()
        self._asked_at = self._clock()  # reading them may have taken long

    def look(self) -> None:
        """Follow the graph while somebody asks; else forget everything."""
        if self._clock() - self._asked_at > self.KEPT_S:
            self.discard()
        elif self._held is not None:
            super().look()
