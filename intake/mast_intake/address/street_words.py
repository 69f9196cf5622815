"""Street words and their abbreviations, from the table beside this module."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_REGIONS: Final = ("county", "state")


@dataclass(frozen=True, slots=True)
class StreetWords:
    """For one country: abbreviation to word, and the words by what they do.

    ``region`` holds counties and states, which end a line and tell nothing about the place.
    """

    expanded: Mapping[str, str]
    street: frozenset[str]
    building: frozenset[str]
    direction: frozenset[str]
    region: frozenset[str]


@cache
def street_words(country: str) -> StreetWords:
    """The words of one country.

    Example:
        >>> street_words("GB").expanded["rd"], "court" in street_words("GB").building
        ('road', True)
    """
    expanded: dict[str, str] = {}
    kinds: dict[str, set[str]] = {}
    with (files("mast_intake.address") / "street_words.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["country"] == country:
                kinds.setdefault(row["kind"], set()).add(row["word"])
                if row["kind"] not in _REGIONS:
                    expanded[row["written"]] = row["word"]
    street, building, direction = (
        frozenset(kinds.get(kind, ())) for kind in ("street", "building", "direction")
    )
    region = frozenset().union(*(kinds.get(kind, ()) for kind in _REGIONS))
    return StreetWords(expanded, street, building, direction, region)


_LONG: Final = 4
"""Letters from which a type is told apart from what it was joined to: "acornroad", but not "broadway"."""


@lru_cache(maxsize=50_000)
def street_core(street: str, country: str) -> tuple[str, str]:
    """What a street is called without its type, as one run of letters; and the type.

    Example:
        >>> street_core("mill lane", "GB"), street_core("acornroad", "GB"), street_core("the ridings", "GB")
        (('mill', 'lane'), ('acorn', 'road'), ('ridings', 'the'))
    """
    return _core(street, street_words(country).street, _JOINED_STREETS)


@lru_cache(maxsize=50_000)
def name_core(name: str, country: str) -> tuple[str, str]:
    """The same of a house or building; a name that is nothing but a building word stays whole.

    Example:
        >>> name_core("rose cottage", "GB"), name_core("rosecottage", "GB"), name_core("cottage", "GB")
        (('rose', 'cottage'), ('rose', 'cottage'), ('thecottage', ''))
    """
    kinds = street_words(country).building
    core, kind = _core(name, kinds, _JOINED_BUILDINGS)
    return (f"the{core}", "") if core in kinds and kind in ("", "the") else (core, kind)


_JOINED_STREETS: Final = (
    "road", "street", "avenue", "close", "drive", "lane", "crescent", "grove", "terrace", "place",
    "gardens", "square",
)  # fmt: skip
_JOINED_BUILDINGS: Final = (
    "house",
    "court",
    "cottage",
    "cottages",
    "lodge",
    "farm",
    "mansions",
    "apartments",
    "villas",
)


def is_joined_street(word: str) -> bool:
    """Whether a word is a street with its type joined to it ("acornroad")."""
    return word.endswith(_JOINED_STREETS) and any(
        word.endswith(kind) and len(word) >= len(kind) + _LONG - 1 for kind in _JOINED_STREETS
    )


def _core(text: str, kinds: frozenset[str], joined: tuple[str, ...]) -> tuple[str, str]:
    words = text.split()
    article = len(words) > 1 and words[0] == "the"
    if article:
        del words[0]
    for at in range(len(words) - 1, 0, -1):
        if words[at] in kinds:
            return "".join((*words[:at], *words[at + 1 :])), words[at]
    run = "".join(words)
    for kind in joined:
        if run.endswith(kind) and len(run) >= len(kind) + _LONG - 1:
            return run.removesuffix(kind), kind
    return run, "the" if article else ""  # The Bramble is not Bramble Close
