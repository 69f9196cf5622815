"""Records and contacts as the write queries take them."""

from __future__ import annotations

from mast_graph.moments import to_text
from mast_resolver.records import ADDRESS_NEAR, ADDRESS_TOKENS, AREA_CODES, Contact, Kind, Record


def record_row(record: Record, *, shielded: bool, number: int) -> dict[str, object]:
    """A version of a record: what it holds, and by what an address is looked up."""
    row: dict[str, object] = {
        "id": record.id,
        "agency": record.agency,
        "feed": record.feed,
        "reference": record.reference,
        "content": record.content,
        "version": f"{record.id}.{number}",
        "versions": number,
        "sealed": record.sealed,
        "key_version": record.key_version,
        "shielded": True if shielded else None,  # null removes a property
    }
    if record.kind is Kind.ADDRESS:
        # Null removes a property: a token that the new version lacks must not be found any more.
        row["lookup"] = {name: record.lookup.get(name) for name in (*ADDRESS_TOKENS, *ADDRESS_NEAR)}
        row["areas"] = {name: record.lookup.get(name) for name in AREA_CODES}
    return row


def contact_row(contact: Contact, *, number: int) -> dict[str, object]:
    """A version of a contact, without whom it touches."""
    return {
        "id": contact.id,
        "version": f"{contact.id}.{number}",
        "content": contact.content,
        "agency": contact.agency,
        "feed": contact.feed,
        "agreement": contact.agreement,
        "type": contact.type,
        "at": to_text(contact.at),
        "closed_at": None if contact.closed_at is None else to_text(contact.closed_at),
        "status": contact.status.value,
        "category": contact.category,
        "severity": contact.severity,
        "team": contact.team,
        "data_class": contact.data_class,
        "reference": contact.reference,
    }
