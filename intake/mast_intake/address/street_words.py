"""Street words and their abbreviations, from the table beside this module."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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
