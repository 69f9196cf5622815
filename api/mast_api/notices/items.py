"""The list of data items: what each agency sends, in what form it is kept, and who is told what of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mast_api.access import Purpose, Role, in_force
from mast_api.schema import build_schema
from mast_intake.rows import ADDRESS_FIELDS, CONTACT_FIELDS, FIELDS, IDENTITY_FIELDS, LIFE_FIELDS
from mast_intake.source import Mapped, Source
from mast_resolver.vocabulary import vocabulary

KEYED: Final = "as keyed tokens and sealed encodings only; the value itself is never stored"
STORED: Final = "as it is, on the record of the agency"
KEPT: Final[Mapping[str, str]] = {
    **dict.fromkeys((*IDENTITY_FIELDS, *ADDRESS_FIELDS), KEYED),
    **dict.fromkeys(LIFE_FIELDS, "as its month, in the sealed encoding only"),
    **dict.fromkeys(CONTACT_FIELDS, STORED),
    "record_id": "as a keyed id, and sealed for the agency itself",
    "contact_id": "as a keyed id",
    "related_to": "as a keyed id of the other record",
    "relation": STORED,
    "shielded": "as a mark that hides whom it is about",
    "valid_from": STORED,
    "valid_to": STORED,
}
"""In what form a field is kept; a new field has to be said here."""


def data_items(*, day: dt.date, sources: Sequence[Source]) -> dict[str, Any]:
    """What is sent, kept and told; without sources, what could be."""
    return {
        "title": "Data items",
        "day": day.isoformat(),
        "says": "No name, date of birth, address or number of a person is kept in clear.",
        "sections": [_kept(), *(_sent(each) for each in sources), _types(), _told(), _seen()],
    }


def _kept() -> dict[str, Any]:
    return {
        "title": "Items that can be held, and in what form",
        "columns": ["item", "kept"],
        "rows": [[name.replace("_", " "), KEPT[name]] for name in FIELDS],
    }


def _sent(source: Source) -> dict[str, Any]:
    sent = sorted({name for person in source.people for name in person.fields}, key=FIELDS.index)
    kinds = {kind for person in source.people for kind in _contact_types(person.fields.get("contact_type"))}
    says = f"Under the agreement {source.agreement}. "
    says += f"Kinds of contact: {', '.join(sorted(kinds))}." if kinds else "It sends no contacts."
    return {
        "title": f"Sent by {source.agency} ({source.feed})",
        "says": says,
        "columns": ["item", "kept"],
        "rows": [[name.replace("_", " "), KEPT[name]] for name in sent],
    }


def _contact_types(mapped: Mapped | None) -> set[str]:
    if mapped is None:
        return set()
    if mapped.constant is not None:
        return {mapped.constant}
    if mapped.values is not None:
        return {name for name in mapped.values.values() if name is not None}
    return {"any of the list below, as the agency writes it"}


def _types() -> dict[str, Any]:
    return {
        "title": "Kinds of contact",
        "columns": ["kind", "meaning", "class of data", "severity, 0 to 6", "an episode"],
        "rows": [
            [name, each.title, each.data_class, str(each.severity), "yes" if each.episode else "no"]
            for name, each in sorted(vocabulary().types.items())
        ],
    }


def _told() -> dict[str, Any]:
    contact: Any = build_schema(introspection=False).core.get_type("Contact")
    return {
        "title": "What an answer tells of a contact",
        "says": "Never what was written down about it: whom to ring is the answer.",
        "columns": ["item", "form"],
        "rows": [[name, str(field.type).rstrip("!")] for name, field in contact.fields.items()],
    }


def _seen() -> dict[str, Any]:
    policy = in_force()
    return {
        "title": "Who may be told of which class of data",
        "columns": ["role", "purpose", "classes"],
        "rows": [
            [str(role), str(purpose), ", ".join(sorted(classes))]
            for role in Role
            for purpose in Purpose
            if (classes := policy.data_classes(role, purpose))
        ],
    }
