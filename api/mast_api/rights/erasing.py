"""Erasure of a person, as an officer confirmed them: their records go, and stay out."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from mast_api.rights.purging import Purging
from mast_graph.purge import Removed
from mast_graph.purge_selecting import under_hold
from mast_graph.store import Store
from mast_graph.tombstones import RecordOfPerson, records_of_person
from mast_resolver.errors import LegalHoldError, UnknownRecordError
from mast_resolver.records import EntityId, RecordId

RULE = "erasure"
EVERY: AbstractSet[str] = frozenset()


def to_erase(store: Store, person: EntityId, agencies: AbstractSet[str] = EVERY) -> Sequence[RecordOfPerson]:
    """The records of a person that would go: of all agencies, or of some.

    Raises:
        UnknownRecordError: the id is not in use, or none of these agencies has a record.
        LegalHoldError: a record of theirs, of whatever agency, or a contact that touches one is under legal
            hold: by any version of it, and also by whom else it is about, or by its class.
    """
    found = records_of_person(store, person)
    wanted = [each for each in found if not agencies or each["agency"] in agencies]
    if not wanted:
        raise UnknownRecordError(
            "no record of that person is there", fix="take the id from the candidates of today"
        )
    if any(each["held"] for each in found):
        raise LegalHoldError(
            "a record of that person is under legal hold", fix="lift the hold first; nothing was removed"
        )
    if under_hold(store, persons=[RecordId(each["record"]) for each in found]).records:
        raise LegalHoldError(
            "a contact that touches a record of that person is under legal hold",
            fix="lift the hold, on somebody else of the contact or on its class; nothing was removed",
        )
    return wanted


def erase(purging: Purging, records: Sequence[RecordOfPerson]) -> Removed:
    """Purge them, and keep them out."""
    with purging:
        return purging.records([RecordId(each["record"]) for each in records], [], stay_out=True)
