"""Shields by decision: stored on the records of a person or an address in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from mast_api.live import LiveResolver
from mast_api.stewarding import check_reason
from mast_graph.lease import Lease
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import MastError
from mast_resolver.records import EntityId, RecordId


@dataclass(frozen=True, slots=True)
class Shielded:
    """A decision that was stored, and the records that it lies on."""

    id: str
    at: datetime
    on: bool
    records: tuple[RecordId, ...]


class Shielding:
    """Shields people and addresses, and takes shields away. Blocking; one at a time.

    ``new_id`` gives ids of decisions, ``clock`` when they were taken.
    """

    def __init__(
        self,
        store: Store,
        live: LiveResolver,
        keys: KeyRing,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._live, self._keys = store, live, keys
        self._clock, self._new_id = clock, new_id

    def decide(self, entity: EntityId, *, on: bool, by: str, reason: str, hidden_too: bool) -> Shielded:
        """Every present record of a person or address is shielded from now on, or is not.

        It counts more than what feeds say, until the next decision. ``hidden_too`` says that the caller
        may know what is shielded: to others that is as if it were not there.

        Raises:
            UnknownRecordError: there is no such person or address; nothing was changed.
            BadRequestError: there is no reason, or it is too long.
            LeaseHeldError: another writer is at work; nothing was changed.
            GraphOutcomeUnknownError: the connection went while it was being stored.
        """
        check_reason(reason)
        id_, at = f"S-{self._new_id()}", self._clock()
        sealed = self._keys.seal_reason(reason, decision=id_)
        decision = ShieldDecision(id_, entity, on, by, sealed, hidden_too)
        records = Lease.once(self._store, lambda tx, _: write_shield(tx, decision, at=at))
        # It is stored. Searches see it at once if memory can be brought in step now, else in some seconds.
        with suppress(MastError):
            self._live.catch_up()
        return Shielded(id_, at, on, tuple(records))

    def reason_of(self, decision: str, sealed: bytes) -> str:
        """Why it was taken, opened."""
        return self._keys.open_reason(sealed, decision=decision)
