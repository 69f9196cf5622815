"""UK lines that are not the address of one house here, and why: kept as written, and never taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mast_intake.address import kinds
from mast_intake.address.flats import DWELLING
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.ranges import with_ranges
from mast_intake.address.street_words import is_joined_street, street_words

_WORDS: Final = street_words("GB")
_LETTER: Final = re.compile(r"[a-z]")
_DIGIT: Final = re.compile(r"\d")

_BESIDE: Final = (
    r"next ?door(?: but one)?(?: to)?|ne?xt to|near(?: to)?|nr|opp(?:osite)?(?: to)?|outside(?: of)?|o/s|"
    r"behind|beside|adj(?:acent|oining)?(?: to)?|alongside|(?:in )?front of|sides? of|"
    r"across(?: the road)? from|between|(?:left|right) of|doors? (?:\w+ )?from|vicinity of|close to|"
    r"junction (?:of|with)|corner of|neighbou?rs? (?:of|to|at)"
)
_BESIDE_A_NUMBER: Final = re.compile(
    rf"\b(?:{_BESIDE}|land (?:at|off|to)|off|by|above|over|below|under|facing)"
    r"\s*,?\s*(?:the\s+)?(?:house\s+)?(?=\d)"
)
_BESIDE_SOMETHING: Final = re.compile(rf"\b(?:{_BESIDE})\s")
_BESIDE_BEHIND: Final = re.compile(
    r"(?<=[a-z])[\s,]+(?:next ?door(?: but one)?(?: neighbou?rs?)?|opp(?:osite)?(?: side)?|outside|o/s|"
    r"behind|beside|alongside|adj(?:acent)?|across(?: the road)?|neighbou?rs?)\s*(?=,|$)"
)
"""With nothing behind it that it would be beside: "14 High Street (next door)"."""
_IN_IT: Final = re.compile(
    rf"\b(?:{'|'.join(DWELLING)})(?:\s+\w{{1,3}})?[\s,]+(?:over|above|behind|below)[\s,]"
)
"""A flat over or behind a shop is a flat of its number."""
_BESIDE_HINTS: Final = frozenset(
    {
        "next", "nxt", "nextdoor", "near", "nr", "opp", "opposite", "outside", "o/s", "behind", "beside",
        "adjacent", "adj", "adjoining", "alongside", "front", "side", "sides", "across", "between", "left",
        "right", "door", "doors", "vicinity", "to", "junction", "corner", "neighbour", "neighbours",
        "neighbor", "neighbors", "land", "off", "by", "above", "over", "below", "under", "facing",
    }
)  # fmt: skip
"""A word of each of those: most lines have none of them, and are not looked at further."""

_THEN_AND_NOW: Final = r"previously|formerly|prev|was|now|moved|currently|then|aka"
_JOINER: Final = re.compile(rf"\b(?:and|or|also|{_THEN_AND_NOW})\b|/")
_CHANGED: Final = re.compile(rf"\d.*\b(?:{_THEN_AND_NOW})\b.*\d|\d[a-z]?\s+or\s+\d")
_PAST: Final = re.compile(
    r"\W*(?:was|formerly|previously|prev|no longer|(?:moved|evicted) (?:out )?(?:from|of))\b.*\d"
    # Those begin names as well ("Ex Servicemens Club, 14 High Street"): with its number behind them only.
    rf"|\W*(?:(?:not|ex)(?:\s+(?:at|of))?(?:\s+(?:{'|'.join(DWELLING)}))?|left)\W*\d"
    r"|.*\d.*[a-z][\s,]+(?:no longer\b[^,]*|moved(?: out| away)?|evicted)\s*(?:,|$)"
)
_JOINER_HINTS: Final = frozenset(
    {"and", "or", "also", "/", "longer", "evicted", "not", "ex", *_THEN_AND_NOW.split("|")}
)

_STROKE: Final = re.compile(r"\s*(\d+)/(\d+)(?=\s+[a-z])")

_HINTS: Final = _BESIDE_HINTS | _JOINER_HINTS

_HOUSE_NUMBER: Final = re.compile(r"\d+(?:half)?[a-z]?(?:~\d+[a-z]?)?")
_ENDINGS: Final = ("strasse", "straat", "gasse", "vagen", "gatan", "veien", "gade", "utca", "allee", "platz")
_ABROAD: Final = frozenset(
    ("rue", "de", "du", "des", "ul", "ulica", "calle", "avenida", "rua", "piazza", "via", "strada")
)
_FOREIGN: Final = re.compile(
    r"\b\d+(?: bis)? (?:rue|avenue|boulevard|bd) (?:de|du|des)\b"
    r"|(?:^|,)\s*(?:rue|avenue|boulevard) (?:de|du|des) "
    r"|(?:^|,)\s*(?:ul|ulica|calle|avenida|rua|piazza|via|strada) [a-z].*\d"
)
_POSTAL_CODE: Final = 5
"""Digits of a postal code in half of the world, and of nothing here but a number at the start."""


def nowhere(text: str, said: Sequence[str], code: str, others: int) -> PlaceKind | None:
    """The kind of a plain line that is not to be taken apart; None for one that is.

    ``said`` are its words, ``code`` is its postcode, ``others`` the number of different ones beside it.

    Example:
        >>> kind = lambda text: nowhere(text, text.split(), "", 0)
        >>> kind("next to 14 high street").value, kind("14 high street, next to the pub")
        ('beside', None)
        >>> kind("14 high street now 22 low road").value
        'several'
    """
    if kinds.is_no_abode(text):
        return PlaceKind.NO_FIXED_ABODE
    if others:
        return PlaceKind.SEVERAL
    if not code and _is_foreign(text, said):
        return PlaceKind.FOREIGN
    if not _LETTER.search(text) and not code:
        return PlaceKind.UNPARSED
    if _HINTS.isdisjoint(said) and "/" not in text:
        return None
    if (found := _STROKE.match(text)) and _is_reversed(found, text, code):
        return PlaceKind.UNPARSED
    if not _BESIDE_HINTS.isdisjoint(said) and _is_beside(text):
        return PlaceKind.BESIDE
    return _of_two(text)


def is_of_another(text: str) -> bool:
    """Whether a folded line of any country speaks of the place beside a house.

    Example:
        >>> is_of_another("next door to 123 main st, anytown"), is_of_another("123 main st, anytown")
        (True, False)
    """
    return not _BESIDE_HINTS.isdisjoint(text.replace(",", " ").split()) and _is_beside(text)


def spoken_of(text: str) -> str:
    """What a plain line that speaks of the place beside a house says of the house.

    Example:
        >>> spoken_of("garages behind 14 high street, walsall")
        '14 high street, walsall'
    """
    found = _BESIDE_A_NUMBER.search(text)
    if not found and (behind := _BESIDE_BEHIND.search(text)):
        return f"{text[: behind.start()]}{text[behind.end() :]}"
    found = found or _BESIDE_SOMETHING.search(text)
    return text[found.end() :].strip() if found else text


def _is_foreign(text: str, said: Sequence[str]) -> bool:
    if kinds.is_foreign(text):
        return True
    street = any(len(word) > len("strasse") and word.endswith(_ENDINGS) for word in said)
    posted = any(len(word) == _POSTAL_CODE and word.isdigit() for word in said[1:])
    if not street and not posted and (_ABROAD.isdisjoint(said) or not _FOREIGN.search(text)):
        return False
    return kinds.box(text) is None


def _is_beside(text: str) -> bool:
    """Whether it speaks of the place beside a house: before its number, or from the start where it has none.

    What stands behind a house that is named only describes where it is ("14 High Street, opposite Boots").
    """
    if _IN_IT.search(text):
        return False
    if _BESIDE_A_NUMBER.search(text) or _BESIDE_BEHIND.search(text):
        return True
    number = _DIGIT.search(text)
    if number is None:
        return _BESIDE_SOMETHING.match(text.lstrip(" ,")) is not None
    return _BESIDE_SOMETHING.search(text, 0, number.start()) is not None


def _of_two(text: str) -> PlaceKind | None:
    if "/" in text:
        text = with_ranges(text, known=False)
    if _CHANGED.search(text) or sum(map(_is_house, _JOINER.split(text))) > 1:
        return PlaceKind.SEVERAL
    return PlaceKind.UNPARSED if _PAST.match(text) else None  # where somebody lived, and no more is said


def _is_reversed(found: re.Match[str], text: str, code: str) -> bool:
    """ "14/2 High Street" may be Flat 2 of 14 or Flat 14 of 2; in Edinburgh alone it is known."""
    return int(found[1]) > int(found[2]) and not code.startswith("EH") and "edinburgh" not in text


def _is_house(piece: str) -> bool:
    """ "14 high st": a number, none of a flat, and behind it the type of a street."""
    said = piece.replace(",", " ").split()
    for at, word in enumerate(said):
        if _HOUSE_NUMBER.fullmatch(word) and (not at or said[at - 1] not in DWELLING):
            return any(
                _WORDS.expanded.get(each, each) in _WORDS.street or is_joined_street(each)
                for each in said[at + 1 :]
            )
    return False
