"""The ledger of released cohorts as it is kept in the graph: followed, held against, appended to, sealed."""

from __future__ import annotations

import datetime as dt
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final

from mast_analytics.disclosure.editions import Areas
from mast_analytics.disclosure.ledger import Cohort, Ledger, Released
from mast_analytics.disclosure.policies import Policy
from mast_graph.research_ledger import StoredCohort, put_released, released_count, released_since
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphUnavailableError
from mast_resolver.research_errors import LedgerBehindError, LedgerChangedError

TRIES: Final = 5
_PARTS: Final = tuple(each.name for each in fields(Released) if each.name != "policy")
_OF_PEOPLE: Final = tuple(name for name in _PARTS if name != "areas")


class LedgerKeeper:
    """One ledger for all who ask, in all processes on one graph. Blocking, and safe to share.

    Each entry is sealed with the one before under a key of the key file: one that was changed, put in or
    taken out between others is found, and then nothing more is released. That the last ones are missing is
    seen while a process runs that knew them, and by the numbers in the audit log: a restore sets the graph
    back, and not the log.
    """

    def __init__(
        self, store: Store, keys: KeyRing, *, clock: Callable[[], dt.datetime], on_record: Callable[[], int]
    ) -> None:
        """``on_record`` says how many cohorts there were by the audit log."""
        self._store, self._clock, self._on_record = store, clock, on_record
        self._as_on_record = False
        self._key = keys.id_mac("research-ledger").digest(b"members")
        self._seals = keys.id_mac("research-ledger-seal")
        self._one_at_a_time = threading.Lock()
        self._ledger = Ledger(self._key)
        self._number = 0
        self._seal = b""

    def admit(
        self, question: str, cohorts: Mapping[str, Cohort], policy: Policy, areas: Areas | None = None
    ) -> int:
        """Remember the cohorts of an answer, before it is given; how many are remembered now.

        Raises:
            CohortTooCloseError: one of them is too near to what was released; nothing was remembered.
            PolicyMixedError: one of them was released under another policy; nothing was remembered.
            LedgerChangedError: what is stored is not as it was written.
            LedgerBehindError: by the audit log more was released than is remembered.
            GraphUnavailableError: it cannot be stored, or others were always quicker.
        """
        with self._one_at_a_time:
            for _ in range(TRIES):
                self._follow()
                self._check_record()
                new = self._ledger.admit(cohorts, policy, areas)
                if not new or self._append(self._sealed(question, new)):
                    return self._number
        raise GraphUnavailableError("others were always quicker to release", fix="ask again")

    def number(self) -> int:
        """How many cohorts are remembered, as they were written.

        Raises:
            LedgerChangedError: what is stored is not as it was written.
        """
        with self._one_at_a_time:
            self._follow()
            return self._number

    def _check_record(self) -> None:
        # Once it is as long as the log says it only grows while this process knows it.
        if not self._as_on_record and self._number < self._on_record():
            raise LedgerBehindError(
                "more was released than the ledger remembers: the graph was set back",
                fix="mast research accept-ledger, when an officer has decided to go on (docs/backup.md)",
            )
        self._as_on_record = True

    def _append(self, cohorts: list[StoredCohort]) -> bool:
        stored = False
        try:
            stored = put_released(self._store, cohorts)
        finally:
            # In memory they are admitted; if they are not stored, or nobody knows, it is read again.
            if not stored:
                self._forget()
        if stored:
            self._number, self._seal = cohorts[-1].number, cohorts[-1].seal
        return stored

    def _follow(self) -> None:
        """Take in what other processes released."""
        count = released_count(self._store)
        if count < self._number:
            raise _changed()
        if count == self._number:
            return
        found = list(released_since(self._store, self._number))
        for place, each in enumerate(found, start=self._number + 1):
            if each.number != place or each.seal != self._seal_of(self._seal, each):
                raise _changed()
            self._seal = each.seal
        self._number += len(found)
        if self._number < count:
            raise _changed()
        self._ledger.follow(_released(each) for each in found)

    def _sealed(self, question: str, new: tuple[Released, ...]) -> list[StoredCohort]:
        stored, seal = list[StoredCohort](), self._seal
        for number, each in enumerate(new, start=self._number + 1):
            parts = {name: getattr(each, name) for name in _PARTS}
            bare = StoredCohort(number, question, self._clock(), each.policy, **parts, seal=b"")
            seal = self._seal_of(seal, bare)
            stored.append(StoredCohort(number, question, bare.at, each.policy, **parts, seal=seal))
        return stored

    def _seal_of(self, before: bytes, cohort: StoredCohort) -> bytes:
        said = [before, str(cohort.number).encode(), cohort.question.encode(), cohort.policy.encode()]
        said += [cohort.at.isoformat().encode(), *(getattr(cohort, name) for name in _OF_PEOPLE)]
        # Entries of before there were areas keep the seal that they had.
        said += [cohort.areas] if cohort.areas else []
        return self._seals.digest(b"".join(struct.pack(">Q", len(each)) + each for each in said))

    def _forget(self) -> None:
        self._ledger = Ledger(self._key)
        self._number = 0
        self._seal = b""


def _released(stored: StoredCohort) -> Released:
    return Released(stored.policy, **{name: getattr(stored, name) for name in _PARTS})


def _changed() -> LedgerChangedError:
    return LedgerChangedError(
        "the record of released cohorts is not as it was written",
        fix="release nothing; restore the graph from a backup, and see who can write to it",
    )
