"""Whom a contact touches: what a load says of it so far, and what that makes of the version in force.

The law (ADR 0048): after a snapshot, a contact that it named touches exactly whom its rows name, however the
file was cut into batches; a delta and an append add to whom it touched before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from mast_resolver.records import Batch, Contact, RecordId, Retraction, Touch


class Naming(Enum):
    """What it means that a batch names some records in a contact, and others not."""

    EXACT = auto()
    """Whoever it does not name is not touched."""
    ADDS = auto()
    """Whoever was touched before is touched still."""
    SO_FAR = auto()
    """As exact, but a later batch of the load may name whoever seems to have gone."""
    AT_LAST = auto()
    """As exact, at the end of the load: a contact that is gone by then stays so."""


class Said:
    """What one load says of contacts, batch after batch in the order of the file.

    The touches of every contact of the load are kept in memory; a delta and an append need none of this.
    """

    def __init__(self) -> None:
        self._touches: dict[str, tuple[Touch, ...]] = {}
        self._withdrawn: set[RecordId] = set()

    def so_far(self, batch: Batch) -> Batch:
        """The batch, its contacts touching everybody whom this load named in them up to here."""
        self._withdrawn.difference_update(record.id for record in batch.records)
        contacts = tuple(map(self._united, batch.contacts))
        for gone in batch.retractions:
            if gone.contact is not None:
                self._touches.pop(gone.contact, None)
            if gone.record is not None:
                self._withdrawn.add(gone.record)
        return batch if contacts == batch.contacts else replace(batch, contacts=contacts)

    def at_last(self, contacts: Iterable[Contact]) -> Batch:
        """What the whole load said of contacts: whom they touch, or that nobody is left whom they touched."""
        final: list[Contact] = []
        gone: list[Retraction] = []
        for contact in contacts:
            said = self._touches.get(contact.id, ())
            left = self._living(said)
            if len(left) < len(said) and all(touch.role == "place" for touch in left):
                gone.append(Retraction(contact=contact.id))
            elif left:
                final.append(replace(contact, touches=left))
        return Batch(contacts=tuple(final), retractions=tuple(gone))

    def _united(self, contact: Contact) -> Contact:
        earlier = self._living(self._touches.get(contact.id, ()))
        touches = tuple(dict.fromkeys((*earlier, *contact.touches)))
        self._touches[contact.id] = touches
        return contact if touches == contact.touches else replace(contact, touches=touches)

    def _living(self, touches: tuple[Touch, ...]) -> tuple[Touch, ...]:
        """Those of records that no row withdrew since."""
        return tuple(touch for touch in touches if touch.record not in self._withdrawn)


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch makes of a contact."""

    version: str | None
    """The one in force, if any."""
    renewed: bool = False
    """There is to be a new one, which touches ``touches``; else the one in force does so as well."""
    touches: tuple[Touch, ...] = ()
    short: bool = False
    """The version in force touches somebody whom the load did not name yet."""


def change_of(contact: Contact, stored: Mapping[str, Any] | None, *, load: str, naming: Naming) -> Change:
    """What a batch changes about one contact, by its row of ``read.state_stored_contacts``.

    A version is changed only by the load that made it: of others the new touches are in a new version.
    """
    version = None if stored is None else stored["version"]
    if stored is None or version is None:
        if naming is Naming.AT_LAST:
            return Change(None)
        return Change(None, renewed=True, touches=tuple(dict.fromkeys(contact.touches)))
    there = [Touch(RecordId(each["record"]), each["role"]) for each in stored["touches"]]
    named = (*there, *contact.touches) if naming is Naming.ADDS else contact.touches
    touches = tuple(dict.fromkeys(named))
    further = tuple(touch for touch in touches if touch not in there)
    whole = names_all(touches, stored)
    if stored["content"] == contact.content:
        if not further and (whole or naming is Naming.SO_FAR):
            return Change(version, short=not whole)
        if whole and stored["load"] == load:
            return Change(version, touches=further)
    return Change(version, renewed=True, touches=touches)


def names_all(touches: Iterable[Touch], stored: Mapping[str, Any]) -> bool:
    """Whether the touches are all that the version in force has, or more."""
    named = {(touch.record, touch.role) for touch in touches}
    return all((touch["record"], touch["role"]) in named for touch in stored["touches"])
