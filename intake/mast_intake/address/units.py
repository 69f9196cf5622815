"""Flats, floors and rooms: what stands inside a building, in every spelling, in one canonical form."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mast_intake.address.plain import DWELLING, ORDINALS

SOME: Final = "some"
"""A dwelling in the building, but which one is not said ("Flat, 2 Mill Lane"): not the building itself."""

_ORDINAL: Final = "|".join(sorted(ORDINALS, key=len, reverse=True))
_DWELLING: Final = f"(?:{'|'.join(sorted(DWELLING, key=len, reverse=True))})"
_SIDE: Final = r"(front|rear|back|left|right|middle)"
_FLOOR: Final = re.compile(
    rf"\b(?:the\s+)?({_ORDINAL})(?:\s*(?:and|/|,)\s*({_ORDINAL}))?\s*(?:floors?\b(?:\s+{_DWELLING}\b)?|{_DWELLING}\b)"
    rf"(?:\s+(?:at|on)(?=\s*,|\s*$))?(?:\s*{_SIDE}\b)?(?:\s+{_DWELLING}\b)?"
    rf"|\bfloor\s+(\d+)\b|(?:^|(?<=,))\s*(basement|bsmt)\s*(?=,|$|\d)"
    rf"|\b([gfst]ff|lgff?|g/f|f/f|s/f|gf flat|bf flat|(?:0|1|2|3)/f)\b(?:\s*{_DWELLING}\b)?"
    rf"|(?:^|(?<=,))\s*{_SIDE}\s+(?:{_DWELLING}|floor)\b"
    r"|\bllawr\s+(gwaelod|isaf|cyntaf|uchaf)\b"
)
_INITIALS: Final = {
    "gff": "0", "fff": "1", "sff": "2", "tff": "top", "lgf": "lg", "lgff": "lg", "g/f": "0", "f/f": "1",
    "s/f": "2", "gf flat": "0", "bf flat": "b", "0/f": "0", "1/f": "1", "2/f": "2", "3/f": "3",
    "gwaelod": "0", "isaf": "lower", "cyntaf": "1", "uchaf": "top",
}  # fmt: skip
_ROOMS: Final = frozenset(("room", "rm", "bedroom", "bed", "cell", "ystafell"))
_PLACES: Final = (
    "flats", "fl", "unit", "room", "rm", "suite", "ste", "plot", "pitch", "bedroom", "berth", "mooring",
    "mobile home", "park home", "uned", "ystafell",
)  # fmt: skip
_SITES: Final = ("bed", "chalet", "caravan", "lodge", "static", "cell", "annexe", "annex")
"""Units only at the start of a part: "Holly Lodge 62 Mill Lane" is a house."""
_ID: Final = r"(?:[a-z]?\d+[a-z]?(?:[~/]\d+[a-z]?)?|\d+f\d+|[gbt]f\d+|[a-z](?:~[a-z]|[/]\d+)?)"
_NOT_A_FLOOR: Final = r"(?=[\s,]|$)(?!\s+(?:floors?\b|flr\b))"
_UNIT: Final = re.compile(
    rf"\b({_DWELLING[3:-1]}|{'|'.join(_PLACES)})\s+(?:no\s+|number\s+)?({_ID}){_NOT_A_FLOOR}"
)
_SITE: Final = re.compile(rf"(?:^|(?<=,))\s*({'|'.join(_SITES)})\s+({_ID}){_NOT_A_FLOOR}")
_HINT: Final = re.compile(
    r"fl|ap[pa]|mais|bed|studio|penth|bas|bsm|[gfst0-3]/?ff?\b|lg|annex|front|rear|back|left|right|"
    r"r/o|land|llawr|ad[jo]|off|over|above|behind|below"
)
"""In every line that has a floor, a flat without a number or a place beside another; ten times cheaper."""
_FLOOR_BEFORE: Final = re.compile(rf"\b(?:floors?|{_ORDINAL})\s*$")
_DIGIT: Final = re.compile(r"\d")
_ZEROS: Final = re.compile(r"\b0+(?=\d)")
_SCOTTISH_STARTS: Final = frozenset("0123456789gbtp")
_SCOTTISH: Final = re.compile(r"\s*((?:\d|[gbtp])f\d+|\d/\d+(?=\s*,\s*\d|\s+\d))(?=[\s,])")
_BARE: Final = re.compile(
    rf"(?:^|(?<=,))\s*(?:the\s+)?(?:(?:floor\s+)?{_DWELLING}|annexe?)(?:\s+(?:at|over|above))?\s*(?=,|$|\d)"
)
_BESIDE: Final = re.compile(
    r"(?:^|(?<=,))\s*(?:(caretakers|wardens|staff|basement)\s+flat\b"
    r"|(?:land\s+)?(adjacent to|adj to|adjoining|adj|rear of|r/o|land at|off)(?=\s*,?\s*\d)"
    rf"|(?:(?:the\s+)?{_DWELLING}\s+)(over|above|at rear of|rear of|behind|below)\b)"
)
_SLASH: Final = re.compile(r"(?:^|(?<=,))\s*(\d+[a-z]?|[a-z])\s*/\s*(\d+[a-z]?)(?=[\s,]|$)")
_ALONE: Final = re.compile(
    r"(?:^|(?<=,))\s*(\d+[a-z]?|[a-z]|\d+f\d+)\s*,\s*(?=\d+[a-z]?(?:~\d+[a-z]?)?\s*(?:,|\s[a-z]{2}|[a-z]?\s*$)|\d+/\d+\s*,)"
)
_TWO: Final = re.compile(r"(?:^|(?<=,))\s*(\d+[a-z]?)\s+(?=\d+[a-z]?(?:~\d+[a-z]?)?(?:\s+[a-z]{2}|\s*,))")
_APART: Final = re.compile(r"^\s*(\d+[a-z]?|[a-z])\s*,(?=[^,\d]+,\s*\d+[a-z]?\s*,\s*[a-z]{2})")
"""A flat, the name of the building, its number, the street: "5, Green Court, 23, Mill Lane"."""
_LETTER_AFTER: Final = re.compile(r"(?<=[^,\s])\s*,\s*[a-z]\s*(?=,)")
_ON_FLOOR: Final = re.compile(r"\s+(\d+[a-z]?)\s*,(?=.*\d)")
_SPACED_RANGE: Final = re.compile(r"(?:^|(?<=,))\s*(\d+)\s+(\d+)\s*(?=,)")
_LEAST_RANGE: Final = 8
"""From this number on "12/14" is a pair of houses; below it, as in "2/4", a flat and its house."""


class Unit(NamedTuple):
    """``id`` names the dwelling (a floor stands for it where there is no other), ``floor`` the floor."""

    id: str
    floor: str


def take_unit(text: str) -> tuple[str, Unit]:
    """The text without flat, room and floor, and their canonical form.

    Example:
        >>> take_unit("first floor flat, 6 mill lane"), take_unit("2/14 high street")[1].id
        ((' ,, 6 mill lane', Unit(id='fl1', floor='1')), '2')
    """
    text, ids = _named(text)
    hinted = _HINT.search(text) is not None
    text, floor = _take_floor(text, ids) if hinted else (text, "")
    if not ids and text[:1] in _SCOTTISH_STARTS and (found := _SCOTTISH.match(text)):
        ids.append(found[1])
        text = _cut(text, found)
    if ids or floor:
        text = _SPACED_RANGE.sub(_range, text)
    if "/" in text:
        text = _pairs(text, known=bool(ids or floor))
    if not ids and not floor:
        text, ids = _unsaid(text)
    if hinted and (found := _BARE.search(text)):
        text = text[: found.start()] + " " + text[found.end() :]
        if not ids and not floor:
            ids.append(SOME)
    # The smallest thing last: room 3 of flat 2, whichever was written first. A floor adds nothing to an id.
    named = " ".join(sorted(dict.fromkeys(ids), key=lambda unit: unit.startswith("r")))
    return text, Unit(named or (f"fl{floor}" if floor else ""), floor)


def _named(text: str) -> tuple[str, list[str]]:
    """What is called a flat, a room, a pitch ... with its number or letter."""
    ids: list[str] = []
    while found := _UNIT.search(text) or _SITE.search(text):
        if _FLOOR_BEFORE.search(text, 0, found.start()) and not _DIGIT.search(text, found.end()):
            break  # "Ground Floor Flat 70 Mill Lane": seventy is the house
        ids.append(("r" if found[1] in _ROOMS else "") + _ZEROS.sub("", found[2].replace("~", "-")))
        text = _cut(text, found)
    return text, ids


def _take_floor(text: str, ids: list[str]) -> tuple[str, str]:
    """The floor; to ``ids`` goes a number said with it, or that the place is beside another."""
    if found := _FLOOR.search(text):
        floor, end = _floor(found), found.end()
        if not ids and (on_it := _ON_FLOOR.match(text, end)):
            ids.append(on_it[1])  # "First Floor 15, Willow Mill, 5 Mill Lane"
            end = on_it.end()
        return f"{text[: found.start()]} ,{text[end:]}", floor
    if not ids and (found := _BESIDE.search(text)):
        ids.append((found[1] or found[2] or found[3]).replace(" ", ""))
        text = _cut(text, found)
    return text, ""


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} ,{text[found.end() :]}"


def _range(found: re.Match[str]) -> str:
    return f" {found[1]}~{found[2]}"


def _pairs(text: str, *, known: bool) -> str:
    """ "12/14" as the range "12~14" where it can be no flat; the rest is left."""

    def pair(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        both = left.isdigit() and right.isdigit()
        if both and (known or (int(right) - int(left) == 2 and int(left) >= _LEAST_RANGE)):
            return f" {left}~{right}"
        return found[0]

    return _SLASH.sub(pair, text)


def _unsaid(text: str) -> tuple[str, list[str]]:
    """A unit that nothing but its place gives away: "2/14 High Street", "A, 12 Mill Lane"."""
    if "/" in text and (found := _SLASH.search(text)):
        return f"{text[: found.start(1)]}{text[found.start(2) :]}", [found[1]]
    if found := _LETTER_AFTER.search(text):
        return f"{text[: found.start()]}{text[found.end() :]}", [SOME]  # "13, C": 13C, or Flat C of 13
    if found := _APART.search(text):
        return text[found.end() :], [found[1]]
    if (found := _ALONE.search(text)) or (found := _TWO.search(text)):
        # "2, 14 High Street": the first is the flat; "12 12 High Street" is only said twice.
        rest = text[found.end() :]
        if rest.startswith(f"{found[1]},"):
            return text[: found.start(1)] + rest, [SOME]  # "3, 3, Mill Lane": Flat 3 of 3, or said twice
        again = rest.startswith(f"{found[1]} ")
        return text[: found.start(1)] + rest, [] if again else [found[1]]
    return text, []


def _floor(found: re.Match[str]) -> str:
    first, second, side, numbered, basement, initials, lone_side, welsh = found.groups()
    if numbered:
        return str(int(numbered))
    if initials or welsh:
        return _INITIALS[initials or welsh]
    if lone_side:
        return {"back": "rear"}.get(lone_side, lone_side)
    levels = [ORDINALS[level] for level in (first or basement, second) if level]
    where = {"back": "rear"}.get(side or "", side or "")
    return " ".join(filter(None, ("+".join(levels), where)))
