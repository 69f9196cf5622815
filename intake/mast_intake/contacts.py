"""The event part of a row to a contact: vocabulary, status, touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from mast_intake.keys import KeyRing
from mast_intake.rows import SourceRow
from mast_intake.source import Source
from mast_resolver.records import Contact, RecordId, Status, Touch
from mast_resolver.vocabulary import ContactType, vocabulary


def build_contact(
    keys: KeyRing, source: Source, row: SourceRow, *, person: RecordId | None, address: RecordId | None
) -> Contact:
    """The contact of a row that has one.

    The severity comes from the type unless the row says otherwise; an event that is no episode is
    closed at once, an episode is open until it has an end or says that it is closed.

    ``content`` covers what is said about the event, not who it touches: rows of one contact differ in
    that only. All of it stands in clear beside it, so it needs no rotation and has none.

    Raises:
        UnknownNameError: the type is not in the vocabulary.
    """
    kind = vocabulary().contact_type(row.text["contact_type"])
    closed_at = row.moments.get("contact_closed_at")
    at = row.moments["contact_at"]
    id_ = contact_id(keys, source.agency, row)
    status = _status(row, kind, closed_at)
    severity = int(row.text.get("severity", kind.severity))
    category, team = row.text.get("category"), row.text.get("team")
    said = (
        source.agreement,
        kind.name,
        _iso(at),
        _iso(closed_at) if closed_at else "",
        status.value,
        category or "",
        str(severity),
        team or "",
        kind.data_class,
    )
    return Contact(
        id=id_,
        content=keys.id_mac("content").digest("\x1f".join(said).encode()).hex()[:32],
        agency=source.agency,
        feed=source.feed,
        agreement=source.agreement,
        type=kind.name,
        at=at,
        closed_at=closed_at,
        status=status,
        category=category,
        severity=severity,
        team=team,
        data_class=kind.data_class,
        reference=keys.seal_reference(row.record_id, context=id_.encode()),
        touches=_touches(kind, row, person=person, address=address),
    )


def contact_id(keys: KeyRing, agency: str, row: SourceRow) -> str:
    """Keyed id: of the agency's own contact id, or of record, type and time where it has none."""
    own = row.text.get("contact_id")
    parts = (
        ("id", own)
        if own
        else ("at", row.record_id, row.text["contact_type"], _iso(row.moments["contact_at"]))
    )
    text = "\x1f".join((agency, *parts))
    return "c" + keys.id_mac("id:contact").digest(text.encode()).hex()[:32]


def _status(row: SourceRow, kind: ContactType, closed_at: dt.datetime | None) -> Status:
    if said := row.text.get("contact_status"):
        return Status(said)
    return Status.OPEN if kind.episode and closed_at is None else Status.CLOSED


def _touches(
    kind: ContactType, row: SourceRow, *, person: RecordId | None, address: RecordId | None
) -> tuple[Touch, ...]:
    """The person in the row's role, the address as the place; never nobody when somebody is there."""
    on_person = person is not None and (kind.on_person or address is None)
    on_address = address is not None and (kind.on_address or person is None)
    touches = []
    if person is not None and on_person:
        touches.append(Touch(person, row.text.get("contact_role", "subject")))
    if address is not None and on_address:
        touches.append(Touch(address, "place"))
    return tuple(touches)


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def unite(earlier: Contact, later: Contact) -> Contact:
    """Two rows of one contact: what the later one says, and everybody whom either touches."""
    return replace(later, touches=tuple(_distinct((*earlier.touches, *later.touches))))


def _distinct(touches: Iterable[Touch]) -> Iterable[Touch]:
    return dict.fromkeys(touches)
