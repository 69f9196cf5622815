"""How one person may be related to another: a closed set in one file, each kind with its inverse."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mast_resolver.errors import VocabularyError


@dataclass(frozen=True, slots=True)
class RelationKind:
    """What somebody is to another person.

    ``code`` names the same in HL7's v3-RoleCode or in UK Core, where there is one; ``inverse`` is what the
    other person is to them, the same kind where it holds both ways.
    """

    name: str
    inverse: str
    code: str
    title: str

    @property
    def symmetric(self) -> bool:
        """Whether each is to the other what the other is to them."""
        return self.name == self.inverse


def parse_relations(text: str) -> Mapping[str, RelationKind]:
    """Read the CSV text of the kinds.

    Raises:
        VocabularyError: a column is missing, a name stands twice or is not an upper-case identifier, or a
            kind is not the inverse of its inverse.

    Example:
        >>> parse_relations("kind,inverse,code,title\\nTWIN,TWIN,,Twin")["TWIN"].symmetric
        True
    """
    kinds: dict[str, RelationKind] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        kind = _kind(row, line)
        if kind.name in kinds:
            raise VocabularyError(f"line {line}: {kind.name} stands twice", fix="keep one of them")
        kinds[kind.name] = kind
    for kind in kinds.values():
        if kind.inverse not in kinds or kinds[kind.inverse].inverse != kind.name:
            raise VocabularyError(
                f"{kind.name} is not the inverse of its inverse", fix="let each of two kinds name the other"
            )
    return kinds


def _kind(row: Mapping[str, str | None], line: int) -> RelationKind:
    try:
        kind = RelationKind(*(str(row[name]) for name in ("kind", "inverse", "code", "title")))
    except KeyError:
        raise VocabularyError(
            f"line {line} cannot be read", fix="columns are kind,inverse,code,title"
        ) from None
    if not kind.name.isidentifier() or kind.name != kind.name.upper():
        raise VocabularyError(f"line {line}: a kind is not an upper-case identifier", fix="rename it")
    return kind


@cache
def relation_kinds() -> Mapping[str, RelationKind]:
    """The kinds that ship with the package.

    Example:
        >>> relation_kinds()["PARENT"].inverse, relation_kinds()["SIBLING"].symmetric
        ('CHILD', True)
    """
    return parse_relations((files("mast_resolver") / "relations.csv").read_text("utf-8"))
