"""Erasure of a person, as an officer confirmed them: their records go, and stay out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mast_api.rights.purging import Order, Purging
from mast_graph.purge import Removed
from mast_graph.purge_selecting import contacts_alone, under_hold
from mast_graph.store import Store
from mast_graph.tombstones import records_of_person
from mast_resolver.errors import LegalHoldError, UnknownRecordError
from mast_resolver.records import EntityId, RecordId

RULE = "erasure"
EVERY: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ToErase:
    """What goes of a person; ``kept`` are records that a contact under legal hold touches.

    ``contacts`` touch a record that is kept, and nobody else, and no hold keeps them.
    """

    records: tuple[RecordId, ...]
    contacts: tuple[str, ...] = ()
    kept: tuple[RecordId, ...] = ()


def to_erase(
    store: Store, person: EntityId, agencies: AbstractSet[str] = EVERY, *, keep_held: bool = False
) -> ToErase:
    """What would go of a person: the records of all agencies, or of some.

    A contact under legal hold is kept whole: with every record that it touches, also somebody else's than the
    one for whose sake it is held. With ``keep_held`` all the rest of the person goes.

    Raises:
        UnknownRecordError: the id is not in use, or none of these agencies has a record.
        LegalHoldError: a record of theirs, of whatever agency, is under legal hold; or a contact that touches
            one is, by whom else it is about or by its class, and is not to be kept, or nothing is left to go.
    """
    found = records_of_person(store, person)
    wanted = tuple(RecordId(each["record"]) for each in found if not agencies or each["agency"] in agencies)
    if not wanted:
        raise UnknownRecordError(
            "no record of that person is there", fix="take the id from the candidates of today"
        )
    if any(each["held"] for each in found):
        raise LegalHoldError(
            "a record of that person is under legal hold", fix="lift the hold first; nothing was removed"
        )
    held = under_hold(store, persons=[RecordId(each["record"]) for each in found]).records
    if not held:
        return ToErase(wanted)
    if not keep_held:
        raise LegalHoldError(
            "a contact that touches a record of that person is under legal hold",
            fix="lift the hold, on somebody else of the contact or on its class, or erase all but what it "
            "keeps with --keep-held; nothing was removed",
        )
    kept = tuple(each for each in wanted if each in held)
    alone = contacts_alone(store, wanted, of=kept)
    contacts = tuple(sorted(alone - under_hold(store, contacts=sorted(alone)).contacts))
    if len(kept) == len(wanted) and not contacts:
        raise LegalHoldError(
            "all that is held of that person is kept by a legal hold",
            fix="lift the hold; nothing was removed",
        )
    return ToErase(tuple(each for each in wanted if each not in held), contacts, kept)


def erase(purging: Purging, going: ToErase) -> Removed:
    """Purge them, and keep them out. What a hold keeps may be changed by its agency as before."""
    with purging:
        purging.contacts(going.contacts)
        return purging.records(going.records, [], stay_out=True)


def order_of(by: str, agencies: AbstractSet[str], going: ToErase) -> Order:
    """What is said of it in the audit log."""
    kept = {"kept_by_hold": len(going.kept)} if going.kept else {}
    return Order(RULE, by, {"agencies": sorted(agencies), **kept})
