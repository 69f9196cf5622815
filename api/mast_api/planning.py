"""`mast resolve --plan`: who would change if everything were weighed anew; the graph is only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from mast_api.keys.in_force import check_writer
from mast_api.migrating import document, write_ids
from mast_api.models import model_in_force
from mast_api.opening import restored
from mast_api.resolving import KINDS, Planning
from mast_graph.state import pending_ids
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.model import Model
from mast_resolver.records import Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next `mast resolve` would do to one kind of record."""

    kind: Kind
    pending: int
    """Records it would resolve; what becomes of them is not in the report."""
    migration: Mapping[str, Any] | None
    """Changes to who matches whom; none if nothing would be weighed anew."""


def plan(store: Store, keys: KeyRing, data: Path, *, again: bool, ids: Path | None = None) -> list[Plan]:
    """What `mast resolve` would change, in memory only; ``again`` as there.

    ``ids`` is a folder for the lists of entity ids. Ids that would be new are called new-1, new-2 ...

    Raises:
        KeysChangedError, KeysRotatingError: what is stored is under another key version.
        KeyVersionError, SealBrokenError: the records were encoded under another key.
        ModelFileError: the model in the data folder is damaged or of another version.
    """
    check_writer(store, keys)
    models = [model_in_force(data, kind) for kind in KINDS]
    return [_Planned(store, keys, model).plan(again=again, ids=ids) for model in models]


class _Planned(Planning):
    def __init__(self, store: Store, keys: KeyRing, model: Model) -> None:
        super().__init__(store, keys, model)
        self._numbers = count(1)

    def plan(self, *, again: bool, ids: Path | None) -> Plan:
        pending = len(pending_ids(self._store, self._kind))
        stored = self._stored(again=again)
        if not pending and stored is not None:
            return Plan(self._kind, 0, None)
        scorer, fresh = self._scorer(stored)
        if fresh is None:
            return Plan(self._kind, pending, None)
        resolver = restored(
            self._store, self._keys, scorer, with_evidence=False, new_id=lambda: f"new-{next(self._numbers)}"
        )
        if not len(resolver):
            return Plan(self._kind, pending, None)
        before = resolver.entities()
        resolver.rescore()
        found = self._report(resolver, scorer, before)
        told = document(found, self._kind, version=scorer.version)
        if ids is not None:
            told["ids"] = str(ids / f"{self._kind.value}.csv")
            ids.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_ids(Path(told["ids"]), found)
        return Plan(self._kind, pending, told)
