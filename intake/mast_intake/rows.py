"""What one row of a source says, in clear text: it never leaves this package, and its repr says nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mast_intake.normalise import CHILDREN
from mast_resolver.records import Operation

IDENTITY_FIELDS: Final = (
    "given_name",
    "middle_name",
    "family_name",
    "date_of_birth",
    "sex",
    "nhs_number",
    "national_id",
    "phone",
    "email",
)
LIFE_FIELDS: Final = ("date_of_death", "last_seen_alive")
LIFE_DATES: Final = ("date_of_birth", *LIFE_FIELDS)
"""Days, of which a part may be all that is known."""
ADDRESS_FIELDS: Final = ("address", "postcode", "uprn", "country")
SHIELD_FIELD: Final = "shielded"
"""Who of a row must not be found: the person, the address, or both."""
SHIELDS: Final = ("person", "address", "both")
RELATION_FIELDS: Final = ("related_to", "relation")
"""Whose record, and what that person is to the one of the row."""
CONTACT_FIELDS: Final = (
    "contact_id",
    "contact_type",
    "contact_at",
    "contact_closed_at",
    "contact_status",
    "contact_role",
    "category",
    "severity",
    "team",
)
FIELDS: Final = (
    "record_id",
    *IDENTITY_FIELDS,
    *LIFE_FIELDS,
    *ADDRESS_FIELDS,
    SHIELD_FIELD,
    *RELATION_FIELDS,
    *CONTACT_FIELDS,
    "valid_from",
    "valid_to",
)
MOMENTS: Final = ("contact_at", "contact_closed_at", "valid_from", "valid_to")
DATE_FIELDS: Final = (*LIFE_DATES, *MOMENTS)
"""Every field that is read by a format of dates."""
_CONTENT: Final = (*IDENTITY_FIELDS, *LIFE_FIELDS, *ADDRESS_FIELDS, SHIELD_FIELD)
_BITS: Final = 16
_MOST: Final = (1 << _BITS) - 1
_TELLING: Final = frozenset(IDENTITY_FIELDS) - {"sex"}  # a sex alone is nobody


@dataclass(frozen=True, slots=True, repr=False)
class SourceRow:
    """One person, place or contact of one row, checked and in canonical form.

    ``text`` maps our fields to values: dates of a life as ``1983-08-06``, ``1983-08`` or ``1983``, numbers
    and postcodes canonical, names and addresses as written, nothing that stands for "missing" but the number
    of a child without a given name (:data:`mast_intake.normalise.CHILDREN`). ``moments`` holds the times, in
    UTC. ``superseded`` marks an older version of a record of which the file has a newer one: its contact and
    its residence count, its person does not. ``unread`` are fields that say something which cannot be used.
    """

    file: str
    line: int
    record_id: str
    text: Mapping[str, str]
    moments: Mapping[str, dt.datetime] = field(default_factory=dict)
    operation: Operation = Operation.UPSERT
    superseded: bool = False
    unread: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"SourceRow(line={self.line})"

    @property
    def content(self) -> int:
        """A hash of what the row says about the person and the place; of this process only."""
        return hash(tuple(map(self.text.get, _CONTENT)))

    @property
    def person(self) -> int:
        """Sixteen bits for each field of identity that the row states, however it is cased and spaced."""
        packed = 0
        for name in IDENTITY_FIELDS:
            said = self.text.get(name)
            plain = "".join(filter(str.isalnum, said.casefold())) if said and said not in CHILDREN else ""
            packed = packed << _BITS | (hash(plain) % _MOST + 1 if plain else 0)
        return packed

    @property
    def has_person(self) -> bool:
        """Whether it says anything by which a person could be known."""
        said = _TELLING.intersection(self.text)
        return bool(said) and (said != {"given_name"} or self.text["given_name"] not in CHILDREN)

    @property
    def has_address(self) -> bool:
        """Whether it says more of a place than a postcode."""
        return "address" in self.text or "uprn" in self.text

    @property
    def hides_a_home(self) -> bool:
        """Whether it says something of a place that cannot be used: where they live is then not known."""
        return not self.unread.isdisjoint(ADDRESS_FIELDS)

    def shields(self, what: str) -> bool:
        """Whether the row itself says that its ``person`` or its ``address`` is shielded."""
        return self.text.get(SHIELD_FIELD) in (what, "both")

    @property
    def has_contact(self) -> bool:
        """Whether it is about an event or episode."""
        return "contact_type" in self.text and "contact_at" in self.moments


def contradict(left: int, right: int) -> bool:
    """Whether two rows, by their ``person``, state a field of identity differently; silence is no statement.

    Example:
        >>> ann, bert, nobody = (SourceRow("f", 1, "17", text).person for text in (
        ...     {"given_name": "Ann", "sex": "female"}, {"given_name": "Bert"}, {"sex": "female"}))
        >>> contradict(ann, bert), contradict(ann, nobody), contradict(bert, nobody)
        (True, False, False)
    """
    while left and right:
        one, other = left & _MOST, right & _MOST
        if one and other and one != other:
            return True
        left, right = left >> _BITS, right >> _BITS
    return False
