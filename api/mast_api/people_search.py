"""People search in memory: opens the encodings of all people once, and again when the graph has changed."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from typing import Final

from mast_api.ports import Found
from mast_api.resolving import open_encoding, scorer_for
from mast_graph.state import read_records
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphUnavailableError, MastError
from mast_resolver.model import Model
from mast_resolver.records import Encoding, EntityId, Kind, MatchWeight
from mast_resolver.resolver import Hit, Resolver
from mast_resolver.score import Evidence, ModelScorer

LOOK_EVERY_S: Final = 2.0
TELLING: Final = MatchWeight(1_000)
"""A field is named as agreeing or differing from one bit on: less is noise to a reader."""

ENOUGH: Final = MatchWeight(8_000)
"""A candidate is shown when its fields speak for it with eight bits: one in 256 strangers would."""


class PeopleSearch:
    """Implements :class:`mast_api.ports.Search`. One search runs at a time; each takes about a millisecond.

    The index follows the graph: a thread looks every two seconds whether somebody wrote, and reads the people
    anew once they have stopped writing. Until then searches are answered from what was read before.
    """

    def __init__(self, store: Store, keys: KeyRing, model: Model, *, warn: Callable[[str], None]) -> None:
        self._store, self._keys, self._model, self._warn = store, keys, model, warn
        self._lock = threading.Lock()
        self._index: tuple[Resolver, ModelScorer] | None = None
        self._read_at_tick = -1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="mast-people-search", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether the people were read once."""
        return self._index is not None

    def start(self) -> None:
        """Begin to read, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop following the graph."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def search(self, encodings: Sequence[Encoding], limit: int) -> list[Found]:
        """The best candidates for any reading of what was typed, each person once, best first.

        Raises:
            GraphUnavailableError: the people are not read yet.
        """
        if self._index is None:
            raise GraphUnavailableError("people are still being read", fix="ask again in some seconds")
        resolver, scorer = self._index
        least = MatchWeight(scorer.model.prior() + ENOUGH)
        best: dict[EntityId, tuple[Hit, Encoding]] = {}
        with self._lock:
            for encoding in encodings:
                for hit in resolver.search(encoding, limit=limit, at_least=least):
                    if hit.entity not in best or best[hit.entity][0].weight < hit.weight:
                        best[hit.entity] = (hit, encoding)
            ranked = sorted(best.values(), key=lambda each: (-each[0].weight, each[0].entity))[:limit]
            return [
                _found(hit, resolver.beside(encoding, hit.record, scorer.explain)) for hit, encoding in ranked
            ]

    def read(self) -> None:
        """Read all people and put them in the place of those read before."""
        scorer = scorer_for(self._store, self._keys, self._model)
        resolver = Resolver(scorer, new_id=_no_new_ids)
        resolver.restore(
            (
                (record.id, open_encoding(self._keys, record.id, record.sealed), record.entity)
                for record in read_records(self._store, Kind.PERSON)
            ),
            evidence=(),
            decisions=(),
        )
        self._index = (resolver, scorer)
        _pass_over_in_collections()

    def _follow(self) -> None:
        before = -1
        while True:
            try:
                tick = self._tick()
                if tick != self._read_at_tick and (tick == before or self._index is None):
                    self.read()
                    self._read_at_tick = tick
                before = tick
            except GraphUnavailableError:
                pass  # /ready says so; it is tried again
            except MastError as error:
                self._warn(f"people search: {error}")
            if self._stop.wait(LOOK_EVERY_S):
                return

    def _tick(self) -> int:
        rows = self._store.read("read.state_tick")
        return int(rows[0]["tick"]) if rows else 0


def _pass_over_in_collections() -> None:
    """Let the garbage collector leave the index alone: walking its millions of objects stops every answer.

    What the index before held is collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _found(hit: Hit, evidence: Sequence[Evidence]) -> Found:
    fields = [each for each in evidence if each.rule not in {"prior", "family"}]
    return Found(
        hit.entity,
        hit.weight,
        agrees=tuple(each.reason for each in fields if each.weight >= TELLING),
        differs=tuple(each.reason for each in fields if each.weight <= -TELLING),
    )


def _no_new_ids() -> EntityId:
    raise AssertionError("a search makes no entities")  # pragma: no cover - restore and search never call it
