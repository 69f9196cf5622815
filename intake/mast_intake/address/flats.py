"""Flats and floors in one order and without marks, however they are said: what reads them comes later."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.address.street_words import street_words

DWELLING: Final = (
    "flat", "flt", "fflat", "apartment", "appartment", "apart", "apt", "aprt", "maisonette", "maisonnette",
    "mais", "bedsit", "bedsitter", "studio", "penthouse",
)  # fmt: skip
"""Words for a dwelling in a building; one in each of them is the same dwelling."""

_STREETS: Final = street_words("GB")
_NAMED: Final = rf"(?:{'|'.join((*DWELLING, 'unit', 'room', 'rm'))})"
_HINTS: Final = (
    "fl", "ap", "room", "rm", "unit", "mais", "stud", "pent", "beds", "bas", "bsm", "gf", "ff", "sf", "f.",
)  # fmt: skip
"""One of those is in every line that has a flat or a floor, and looked for much faster than those are."""
_INITIALS: Final = re.compile(r"\b([gfst])\.\s?f\.(?:\s?(f)\b\.?)?")
_FIRST: Final = re.compile(r"\b[il]st(?=\W?(?:fl|flr|floor)\b)")
_MARKED: Final = re.compile(rf"\b({_NAMED})(?:\s*[-:#.]|\s+(?:no|num|number)\b)+[\s.:#]*(?=\d)")
"""Between what a flat is called and its number."""
_FLOOR_AND_HOUSE: Final = re.compile(
    rf"((?:^|,)\s*(?:floor|level)\s+\d+)\s*-\s*(?=\d)"
    rf"|(\b(?:floor|flr|fl),?\s+{_NAMED}\s+\d+[a-z]?)\s+-\s+(?=\d)"
)
_LEVEL: Final = (
    r"(?:(?:\d{1,2}(?:st|nd|rd|th)|ground|gnd|grd|grnd|[a-z]{3,9}(?:th|st)|second|third|top|lower ground|"
    r"basement|bsmt)[\s-]*(?:floor|flor|flr|fl)\b)"
)
_SIDES: Final = ("front", "rear", "back", "left", "right")
_SIDE: Final = rf"(?:{'|'.join(_SIDES)})"
_MARKS: Final = ("-", ":", "#", ".", " no", " num")
_LEVELS: Final = ("floor", "flor", "flr", " fl", "bas", "bsm")
_ALONE: Final = (" gf", " ff", " sf", " bas", " bsm")
_SIDE_FIRST: Final = re.compile(rf"\b({_SIDE})\s+({_LEVEL}(?:\s+{_NAMED}\b(?!\s*\d))?)")
_SHORT_AND_SIDE: Final = re.compile(rf"\b([gfs])f(f?)\s+(?={_SIDE}\b)")
_SHORT: Final = {"g": "ground", "f": "first", "s": "second"}
_FLAT_FIRST: Final = re.compile(
    rf"\b({_NAMED})\s*,?\s+(?:(?:on|at)\s+)?(?:the\s+)?({_LEVEL}|(?:basement|bsmt)\b)(?!\s*{_NAMED})"
)
_SHORT_BEHIND: Final = re.compile(
    rf"(?<=[a-z])(\.?\s+)(?:([gfs])f|(basement|bsmt))(?=\.?\s*(?:,|$)|\.?\s+(?!fl|{_NAMED})[a-z])"
)


def in_order(text: str) -> str:
    """A folded line in which a flat stands before its number, and a floor before the flat and its side.

    Example:
        >>> in_order("flat #2, 14 high street"), in_order("rear 1st floor flat, 14 high street")
        ('flat 2, 14 high street', '1st floor flat rear, 14 high street')
        >>> in_order("14 high street gf, walsall"), in_order("flat on first floor")
        ('14 high street ground floor, walsall', 'first floor flat')
    """
    if not any(map(text.__contains__, _HINTS)):
        return text
    if "." in text:
        text = _INITIALS.sub(r"\1f\2", text)
    if "ist" in text or "lst" in text:
        text = _FIRST.sub("1st", text)
    if any(map(text.__contains__, _MARKS)):
        text = _FLOOR_AND_HOUSE.sub(r"\1\2, ", _MARKED.sub(r"\1 ", text))
    if any(map(text.__contains__, _SIDES)):
        text = _SIDE_FIRST.sub(r"\2 \1", _SHORT_AND_SIDE.sub(_written_out, text))
    if any(map(text.__contains__, _LEVELS)):
        text = _FLAT_FIRST.sub(r"\2 \1", text)
    if any(map(text.__contains__, _ALONE)):
        text = _SHORT_BEHIND.sub(_behind, text)
    return text


def _written_out(found: re.Match[str]) -> str:
    return f"{_SHORT[found[1]]} floor {'flat ' if found[2] else ''}"


def _behind(found: re.Match[str]) -> str:
    """A floor in letters behind the type of a street; of any other word it may be the name."""
    before = found.string[: found.start()].rpartition(" ")[2]
    if _STREETS.expanded.get(before, before) not in _STREETS.street:
        return found[0]
    return f"{found[1]}{_SHORT[found[2]] if found[2] else found[3]} floor"


def no_street_behind(rest: str) -> bool:
    """Whether a comma follows, and the next part is called nothing that streets are.

    Example:
        >>> no_street_behind(", elm house, mill lane"), no_street_behind(", mill lane")
        (True, False)
    """
    mark, part, *_ = [*rest.lstrip().split(","), ""]
    return not mark and not any(_STREETS.expanded.get(word, word) in _STREETS.street for word in part.split())
