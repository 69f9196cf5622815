"""Marks on records by decision: stored in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mast_api.stewarding import check_reason
from mast_graph.lease import Lease
from mast_graph.marks import EVERYTHING, Marking, MarkKind, write_lift, write_mark
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import BadRequestError
from mast_resolver.records import RecordId
from mast_resolver.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark that was put or lifted, and the records that it lies or lay on."""

    id: str
    at: datetime
    records: tuple[RecordId, ...]


class Marker:
    """Puts marks on records and lifts them. Blocking; one at a time."""

    def __init__(
        self, store: Store, keys: KeyRing, *, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._store, self._keys = store, keys
        self._clock, self._new_id = clock, new_id

    def mark(self, kind: MarkKind, target: str, *, data_class: str | None, by: str, reason: str) -> Marked:
        """Mark every present record of a person, or one record; a class of data without a target is held.

        Raises:
            UnknownRecordError: there is no such person or record; nothing was changed.
            BadRequestError: there is no reason, no such class, or nothing is named.
            LeaseHeldError: another writer is at work; nothing was changed.
        """
        check_reason(reason)
        if data_class is not None and (
            kind is not MarkKind.HOLD or data_class not in vocabulary().data_classes
        ):
            raise BadRequestError("only a hold is of a class of data, of one there is", fix="leave it out")
        if not target and data_class is None:
            raise BadRequestError("nothing is named to be marked", fix="name a person or record, or a class")
        id_, at = f"M-{self._new_id()}", self._clock()
        sealed = self._keys.seal_reason(reason, decision=id_)
        marking = Marking(id_, kind, target, data_class or EVERYTHING, by, sealed)
        records = Lease.once(self._store, lambda tx, _: write_mark(tx, marking, at=at))
        return Marked(id_, at, tuple(records))

    def lift(self, mark: str, *, by: str, reason: str) -> Marked:
        """Lift a mark; it stays readable.

        Raises:
            UnknownRecordError: no mark of that id stands. All others as for :meth:`mark`.
        """
        check_reason(reason)
        at, sealed = self._clock(), self._keys.seal_reason(reason, decision=mark)
        records = Lease.once(self._store, lambda tx, _: write_lift(tx, mark, by=by, reason=sealed, at=at))
        return Marked(mark, at, tuple(records))

    def reason_of(self, mark: str, sealed: bytes) -> str:
        """Why it was put or lifted, opened."""
        return self._keys.open_reason(sealed, decision=mark)
