"""The parts of a UK line found so far, and where in it a street ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mast_intake.address.plain import TYPES, ends_in
from mast_intake.address.plain import spelt as write_out
from mast_intake.address.street_words import is_joined_street, street_words

WORDS: Final = street_words("GB")
WELSH: Final = (
    "heol",
    "ffordd",
    "stryd",
    "lon",
    "rhodfa",
    "clos",
    "maes",
    "cwrt",
    "rhes",
    "teras",
    "pen",
    "bryn",
    "parc",
)
"""What a Welsh street begins with; an English one ends in its type."""

_LETTERS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}
_COMPASS: Final = frozenset((*_LETTERS, *_LETTERS.values()))
_SIDE_BEFORE: Final = re.compile(r"((?:^|,|\d)\s*)([nsew])(?=\s+([a-z]+)\s*(?:,|$))")
_ARTICLE: Final = 2
"""Words of "The Ridings", a street that needs no type."""

EITHER: Final = frozenset(
    (
        "mews",
        "view",
        "bank",
        "end",
        "croft",
        "rise",
        "wharf",
        "quay",
        "yard",
        "centre",
        "orchard",
        "gate",
        "dene",
        "lawn",
    )
)
"""Types of streets that are as often in the name of a building."""

spelt: Final = lru_cache(maxsize=20_000)(write_out)
"""The same streets and towns come again and again."""


@dataclass(slots=True)
class Draft:
    """The parts found so far, and the segments of the line still to be explained."""

    segments: list[str]
    unit: str = ""
    number: str = ""
    name: str = ""
    perhaps: str = ""
    street: str = ""
    rest: list[str] = field(default_factory=list)


def is_street(segment: str) -> bool:
    """Whether a segment is a street, by its type or as a Welsh one."""
    street = spelt(segment)
    joined = is_joined_street(street) and " " not in street
    return ends_in(street, WORDS.street) or joined or segment.startswith(WELSH)


def is_typed(street: str) -> bool:
    """Whether the type of a street or a building is somewhere in it."""
    words = street.split()
    return not TYPES.isdisjoint(words) or any(map(is_joined_street, words)) or street.startswith(WELSH)


def with_sides(text: str, said: list[str]) -> tuple[str, list[str]]:
    """ "26 W Street, Walsall": of a street that has no other name, a letter is a side and none of the number.

    ``said`` are the words of the text; both are given again, mostly as they were.

    Example:
        >>> with_sides("26 w street", ["26", "w", "street"])
        ('26 west street', ['26', 'west', 'street'])
    """
    if _LETTERS.keys().isdisjoint(said):
        return text, said
    text = _SIDE_BEFORE.sub(
        lambda found: f"{found[1]}{_LETTERS[found[2]]}" if spelt(found[3]) in WORDS.street else found[0], text
    )
    return text, text.replace(",", " ").split()


def take_side(draft: Draft) -> None:
    """ "High Street N", "High Street (North)", "High Street, North": the side is the street's."""
    words = draft.street.split()
    behind = draft.rest[0] if draft.rest else ""
    if words and words[-1] in TYPES and behind in _COMPASS:
        draft.street = f"{draft.street} {_LETTERS.get(behind, behind)}"
        del draft.rest[0]
    elif len(words) > 1 and words[-1] in _LETTERS and words[-2] in TYPES:
        draft.street = " ".join((*words[:-1], _LETTERS[words[-1]]))


def street_and_rest(text: str, *, alone: bool) -> tuple[str, str]:
    """A street, cut after its type when more words follow on the same line (no commas typed)."""
    found = spelt(text).split()
    if alone:
        for at in range(len(found)):
            if (at and found[at] in TYPES) or (len(found) > 1 and is_joined_street(found[at])):
                end = at + 1
                while end < len(found) and (found[end] in TYPES or found[end] in _COMPASS):
                    end += 1
                return " ".join(found[:end]), " ".join(found[end:])
        if found[:1] == ["the"] and len(found) > _ARTICLE:
            return " ".join(found[:_ARTICLE]), " ".join(found[_ARTICLE:])
    return " ".join(found), ""
