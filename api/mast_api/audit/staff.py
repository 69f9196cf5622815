"""Who of the staff is who in the graph: a list that was pseudonymised at the door, kept sealed, ids only.

By it the access review finds who looked at their own household, or at a colleague.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mast_api.audit.subjects import is_subject
from mast_graph.files import write_private
from mast_intake.keys import KeyRing
from mast_intake.search import PersonQuery
from mast_resolver.errors import IdentityError, KeyMissingError, KeyVersionError, SealBrokenError

STAFF: Final = "staff.sealed"
_CONTEXT: Final = b"staff"
_FIELDS: Final = ("given_name", "family_name", "nhs_number", "address", "postcode", "phone")
MOST_CHARACTERS: Final = 20_000_000
FIX: Final = "columns: subject, date_of_birth (1983-08-06), " + ", ".join(_FIELDS)


@dataclass(frozen=True, slots=True)
class Staff:
    """What each of the staff must not look at without a reason: ids by the subject of their tokens."""

    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Themselves, those they live with, their household and address."""
    people: frozenset[str] = frozenset()
    """Everybody of the staff."""

    def why(self, subject: str, about: str) -> str:
        """``own-household``, ``colleague`` or nothing.

        Example:
            >>> staff = Staff({"ann": frozenset({"P-1", "H-1"})}, frozenset({"P-1", "P-2"}))
            >>> staff.why("ann", "H-1"), staff.why("ann", "P-2"), staff.why("ben", "P-3")
            ('own-household', 'colleague', '')
        """
        if about in self.own.get(subject, ()):
            return "own-household"
        return "colleague" if about in self.people else ""


NOBODY: Final = Staff()


class StaffList:
    """The list as it is kept: people by subject."""

    def __init__(self, path: Path, keys: KeyRing) -> None:
        self._path, self._keys = path, keys

    def write(self, people: Mapping[str, list[str]]) -> None:
        """Keep it in the place of the one before; readable by its owner only."""
        write_private(self._path, self._keys.seal(json.dumps(people).encode(), context=_CONTEXT))

    def read(self) -> Mapping[str, list[str]]:
        """What was kept; nothing where no list was ever given.

        Raises:
            KeyMissingError: it was kept under a key that is not held any more, or changed.
        """
        if not self._path.exists():
            return {}
        try:
            people = json.loads(self._keys.open(self._path.read_bytes(), context=_CONTEXT))
        except (SealBrokenError, KeyVersionError):
            raise KeyMissingError(
                "the staff list was kept under a key that is not held", fix="give it again: mast staff set"
            ) from None
        return {str(subject): list(ids) for subject, ids in people.items()}


def read_staff(text: str) -> Iterator[tuple[str, PersonQuery]]:
    """Staff as a table says: the subject of their token, and who they are. No value of it is ever named.

    Raises:
        IdentityError: it is no such table.
    """
    if len(text) > MOST_CHARACTERS:
        raise IdentityError(
            f"the staff list is over {MOST_CHARACTERS:,} characters", fix="give a shorter one"
        )
    rows = csv.DictReader(io.StringIO(text), strict=True)
    if not {"subject", "family_name"} <= set(rows.fieldnames or ()):
        raise IdentityError("the staff list has no columns subject and family_name", fix=FIX)
    if not set(rows.fieldnames or ()) <= {"subject", "date_of_birth", *_FIELDS}:
        raise IdentityError("the staff list has a column that is none of ours", fix=FIX)
    for number, row in enumerate(rows, start=2):
        said: dict[str, Any] = {name: (row.get(name) or "").strip() for name in _FIELDS}
        subject, birth = (row["subject"] or "").strip(), (row.get("date_of_birth") or "").strip()
        try:
            day = dt.date.fromisoformat(birth) if birth else None
        except ValueError:
            raise IdentityError(f"line {number} of the staff list has no date of birth", fix=FIX) from None
        if not is_subject(subject) or None in row:
            raise IdentityError(f"line {number} of the staff list has no subject of a token", fix=FIX)
        yield subject, PersonQuery(date_of_birth=day, **said)
