"""Contact types, data classes, agencies and the severity ladder: one file, checked when it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

from mast_resolver.errors import UnknownNameError, VocabularyError

HIGHEST_SEVERITY = 6
ROLES: Final = (
    "subject",
    "victim",
    "suspect",
    "caller",
    "witness",
    "child_in_household",
    "parent",
    "carer",
    "place",
    "other",
)
"""What a record may be in a contact; ``place`` is what an address is."""


@dataclass(frozen=True, slots=True)
class ContactType:
    """One kind of contact, as the vocabulary file has it."""

    name: str
    agency_kind: str
    data_class: str
    severity: int
    episode: bool
    on_person: bool
    on_address: bool
    title: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All contact types by name."""

    types: Mapping[str, ContactType]

    def contact_type(self, name: str) -> ContactType:
        """The type of that name.

        Raises:
            UnknownNameError: there is none; the message offers the nearest.

        Example:
            >>> vocabulary().contact_type("SECTION_47_ENQUIRY").severity
            4
        """
        try:
            return self.types[name]
        except KeyError:
            nearest = ", ".join(get_close_matches(name.upper(), self.types, n=3)) or "none is near"
            # The name is not repeated: a badly mapped column could put a clear value here.
            raise UnknownNameError(
                "a contact type is not in the vocabulary", fix=f"nearest names: {nearest}"
            ) from None

    @property
    def data_classes(self) -> tuple[str, ...]:
        """Every data class, sorted."""
        return tuple(sorted({kind.data_class for kind in self.types.values()}))


def parse_vocabulary(text: str) -> Vocabulary:
    """Read the CSV text of the vocabulary.

    Raises:
        VocabularyError: a column is missing, a name is not an upper-case identifier or stands twice,
            a severity is off the ladder 0 to 6, or a subject is none of person, address, both.
    """
    types: dict[str, ContactType] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        entry = _contact_type(row, line)
        if entry.name in types:
            raise VocabularyError(f"line {line}: {entry.name} stands twice", fix="keep one of them")
        types[entry.name] = entry
    if not types:
        raise VocabularyError("the vocabulary is empty", fix="restore contact_types.csv")
    return Vocabulary(types)


def _contact_type(row: Mapping[str, str | None], line: int) -> ContactType:
    try:
        name = str(row["type"])
        severity = int(str(row["severity"]))
        subjects = set(str(row["subject"]).split("_or_"))
        entry = ContactType(
            name=name,
            agency_kind=str(row["agency_kind"]),
            data_class=str(row["data_class"]),
            severity=severity,
            episode=row["episode"] == "yes",
            on_person="person" in subjects,
            on_address="address" in subjects,
            title=str(row["title"]),
        )
    except (KeyError, ValueError):
        raise VocabularyError(
            f"line {line} cannot be read",
            fix="columns are type,agency_kind,data_class,severity,episode,subject,title",
        ) from None
    if not name.isidentifier() or name != name.upper():
        raise VocabularyError(f"line {line}: a type is not an upper-case identifier", fix="rename it")
    if not 0 <= severity <= HIGHEST_SEVERITY:
        raise VocabularyError(f"line {line}: severity is off the ladder", fix="use 0 to 6")
    if not subjects <= {"person", "address"}:
        raise VocabularyError(f"line {line}: unknown subject", fix="use person, address or person_or_address")
    return entry


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package."""
    return parse_vocabulary((files("mast_resolver") / "contact_types.csv").read_text("utf-8"))
