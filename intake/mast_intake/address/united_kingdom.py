"""UK addresses by hand-written rules: they beat every learnt parser on an area it was not trained on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mast_intake.address import kinds
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.plain import TYPES, ends_in, plain
from mast_intake.address.plain import spelt as write_out
from mast_intake.address.postcodes import take_postcode
from mast_intake.address.street_words import is_joined_street, street_words
from mast_intake.address.units import take_unit
from mast_intake.normalise import fold, outward

_WORDS: Final = street_words("GB")
_NUMBER: Final = r"\d+(?:half)?[a-z]?(?:~\d+[a-z]?)?"
_COUNTRIES: Final = frozenset(
    (
        "united kingdom",
        "uk",
        "gb",
        "great britain",
        "england",
        "wales",
        "scotland",
        "northern ireland",
        "cymru",
    )
)
_ENDING: Final = tuple(_COUNTRIES)
_COUNTRY: Final = re.compile(rf"[\s,]+(?:{'|'.join(_COUNTRIES)})[\s,]*$")
_AT_START: Final = re.compile(rf"({_NUMBER})(?:\s([a-z])(?=\s|$))?(?=\s|$)\s*(.*)")
_INSIDE: Final = re.compile(rf"(.*\S)\s+({_NUMBER})(?:\s([a-z])(?=\s))?\s+([a-z].*)")
_AT_END: Final = re.compile(rf"([a-z].*\S)\s+({_NUMBER})")
_ALONE: Final = re.compile(r"(?:^\s*|,,\s*)[a-z]\s*,")
"""A letter between commas, the flat of another number taken away before it or behind it."""
_RUNS: Final = re.compile(r"[^\W_]+")
_LETTER: Final = re.compile(r"[a-z]")
_DIGIT: Final = re.compile(r"\d")
_ORDINAL_WORD: Final = re.compile(r"\d+(?:st|nd|rd|th)\b")
_WELSH: Final = (
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

_COMPASS: Final = frozenset(("north", "south", "east", "west"))
_ARTICLE: Final = 2
"""Words of "The Ridings", a street that needs no type."""
_EITHER: Final = frozenset(
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

_BLOCKS: Final = frozenset(
    {
        "apartments", "block", "building", "buildings", "chambers", "court", "flats", "heights", "house",
        "mansions", "point", "tower", "towers",
    }
)  # fmt: skip
"""Types of buildings that have flats. A cottage or a lodge may have a number as well as its name."""

spelt: Final = lru_cache(maxsize=20_000)(write_out)
"""The same streets and towns come again and again."""


@dataclass(slots=True)
class _Draft:
    """The parts found so far, and the segments of the line still to be explained."""

    segments: list[str]
    unit: str = ""
    number: str = ""
    name: str = ""
    street: str = ""
    rest: list[str] = field(default_factory=list)


class UnitedKingdomParser:
    """Postcode, unit, floor, number, name, street, locality and town of a UK address line.

    "12A" and "Flat A, 12" stay apart, for both can exist on one street; a range keeps its end, for the
    end may be an address of its own; a floor is never taken for a flat's number.

    Example:
        >>> parse = UnitedKingdomParser().parse
        >>> parse("2/14 High Street", "WS11AA") == parse("Flat 2, 14 High Street", "WS11AA")
        False
        >>> (parse("2/14 High Street", "").unit, parse("First floor flat, 6 Mill Ln", "").unit)
        ('2', 'fl1')
    """

    def parse(self, line: str, postcode: str) -> ParsedAddress:
        """Components of one line; a postcode given beside it wins over one inside it."""
        text, inside, others = take_postcode(plain(line), postcode)
        code = postcode or inside
        written = _written(line, inside, code)
        if text.endswith(_ENDING) or text.rstrip(" ,").endswith(_ENDING):
            text = _COUNTRY.sub("", text)
        kind, nowhere = kinds.kind_of(text), _no_place(text, code, others)
        if nowhere is not None:
            # What must not be found stays so, however little of its address can be read.
            said = kind if kind is PlaceKind.REFUGE else nowhere
            return _as_written(said, "" if nowhere is PlaceKind.NO_FIXED_ABODE else written, code)
        if box := kinds.box(text):
            return _boxed(text, box, written, code)
        text, unit = take_unit(text)
        segments = [part for part in map(str.strip, text.split(",")) if part]
        while len(segments) > 1 and segments[-1] in _WORDS.region:
            segments.pop()
        draft = _Draft(segments, unit=unit.id)
        if not _take_number(draft):
            return _as_written(kind if kind is PlaceKind.REFUGE else PlaceKind.SEVERAL, written, code)
        if not draft.number:
            _take_named(draft)
            if _ALONE.search(text):
                _exchange(draft)
        everything = " ".join((draft.unit, draft.number, draft.name, draft.street, *draft.rest))
        return ParsedAddress(
            country="GB",
            written=written,
            words=" ".join(everything.split()),
            unit=draft.unit,
            floor=unit.floor,
            number=draft.number,
            name=draft.name.removeprefix("the "),
            street=draft.street,
            locality=" ".join(draft.rest[:-1]),
            town=draft.rest[-1] if draft.rest else "",
            postcode=code,
            outward=outward(code, "GB"),
            kind=kind,
        )


def _written(line: str, inside: str, code: str) -> str:
    """The line as written, folded, the postcode last. Nothing is mended: what identifies a record stays."""
    runs = " ".join(_RUNS.findall(fold(line)))
    if inside:
        half = outward(inside, "GB").lower()
        for spaced in (f"{half} {inside[len(half) :].lower()}", inside.lower()):
            runs = f" {runs} ".replace(f" {spaced} ", " ").strip()
    return f"{runs} {code}".strip()


def _no_place(text: str, code: str, others: int) -> PlaceKind | None:
    """The kind of a line that is not to be taken apart."""
    if kinds.is_no_abode(text):
        return PlaceKind.NO_FIXED_ABODE
    if others:
        return PlaceKind.SEVERAL
    if not code and kinds.is_foreign(text):
        return PlaceKind.FOREIGN
    if not _LETTER.search(text) and not code:
        return PlaceKind.UNPARSED
    return None


def _as_written(kind: PlaceKind, written: str, code: str) -> ParsedAddress:
    return ParsedAddress("GB", written, words=written, postcode=code, outward=outward(code, "GB"), kind=kind)


def _boxed(text: str, box: re.Match[str], written: str, code: str) -> ParsedAddress:
    name = f"{'bfpo' if 'bfpo' in box[0] else 'po box'} {box[1]}"
    rest = [spelt(part) for part in map(str.strip, text.replace(box[0], ",").split(",")) if part]
    return ParsedAddress(
        country="GB",
        written=written,
        words=" ".join((name, *rest)),
        name=name,
        town=rest[-1] if rest else "",
        postcode=code,
        outward=outward(code, "GB"),
        kind=PlaceKind.PO_BOX,
    )


def _take_number(draft: _Draft) -> bool:
    """Number, street, name and the rest, when some segment has a number; false for two addresses."""
    found = enumerate(map(_number_of, draft.segments))
    numbered = [(at, parts) for at, parts in found if parts]
    if not numbered:
        return True
    at, (number, before, after) = numbered[0]
    if len(numbered) > 1 and after and numbered[1][1][2]:
        second = spelt(numbered[1][1][2])
        if not draft.unit and ends_in(after, _WORDS.building):
            # "12 Sycamore Court, 5 High Street": twelve is the flat.
            draft.unit, draft.name = number, spelt(after)
            at, (number, before, after) = numbered[1]
        elif ends_in(spelt(after), _WORDS.street) and ends_in(second, _WORDS.street):
            return False
    elif len(numbered) > 1 and not draft.unit and after and ends_in(after, _WORDS.building):
        draft.unit, draft.name = number, spelt(after)
        at, (number, before, after) = numbered[1]
    elif at == 0 and not draft.unit and _is_flat_of(after, draft.segments[1:]):
        draft.unit = number
        draft.segments = [part for part in (after, *draft.segments[1:]) if part]
        return True
    preceding, following = draft.segments[:at], draft.segments[at + 1 :]
    if not after:
        after, preceding, following = _street_of(preceding, following)
    street, locality = _street_and_rest(after, alone=not following)
    if preceding and not following and not locality and not _is_typed(street):
        street, locality = "", street  # "Maple Court, 12 Walsall": the street was left out
    names = [draft.name, *preceding] if not draft.name else [draft.name]
    draft.number = number
    draft.name = spelt(" ".join(filter(None, (*names, before))))
    draft.street = street
    draft.rest = [part for part in (locality, *map(spelt, following)) if part]
    return True


def _is_flat_of(after: str, following: list[str]) -> bool:
    """ "4, Ullswater Tower, High Street": a block, and the street it is in; four is the flat."""
    block, street, *_ = [*filter(None, (after, *following)), "", ""]
    return ends_in(spelt(block), _BLOCKS) and ends_in(spelt(street), _WORDS.street)


def _street_of(preceding: list[str], following: list[str]) -> tuple[str, list[str], list[str]]:
    """The street of a number that stands alone, and what is left before and after.

    It follows the number; or stands before it ("High Street, 14, Walsall"); or was left out after a
    name ("Maple Court, 12, Walsall").
    """
    if following and _is_street(following[0]):
        return following[0], preceding, following[1:]
    if preceding and _is_street(preceding[-1]):
        return preceding[-1], preceding[:-1], following
    if len(following) == 1 and preceding:
        return "", preceding, following
    return (following[0], preceding, following[1:]) if following else ("", preceding, following)


def _is_street(segment: str) -> bool:
    street = spelt(segment)
    joined = is_joined_street(street) and " " not in street
    return ends_in(street, _WORDS.street) or joined or segment.startswith(_WELSH)


def _is_typed(street: str) -> bool:
    words = street.split()
    return not TYPES.isdisjoint(words) or any(map(is_joined_street, words)) or street.startswith(_WELSH)


def _number_of(segment: str) -> tuple[str, str, str] | None:
    """Number, what stands before it and what follows, of a segment that has one."""
    if not _DIGIT.search(segment):
        return None
    if _ORDINAL_WORD.match(segment):
        return None
    if found := _AT_START.fullmatch(segment):
        return f"{found[1]}{found[2] or ''}".replace("~", "-"), "", found[3]
    if (found := _INSIDE.fullmatch(segment)) and _is_typed(spelt(found[4])):
        return f"{found[2]}{found[3] or ''}".replace("~", "-"), found[1], found[4]
    if found := _AT_END.fullmatch(segment):
        if _is_street(found[1]):
            return found[2].replace("~", "-"), "", found[1]
        return found[2].replace("~", "-"), found[1], ""
    return None


def _take_named(draft: _Draft) -> None:
    """Name, street and the rest of a line without a number."""
    parts = [spelt(part) for part in draft.segments]
    if len(parts) > 1:
        street, locality = _street_and_rest(draft.segments[-1], alone=True)
        if locality and ends_in(street, _WORDS.street):
            parts[-1:] = [street, locality]
    streets = [at for at, part in enumerate(parts) if _is_street(part)]
    if streets and streets[0] == 0 and len(streets) > 1 and ends_in(parts[1], _WORDS.street):
        del streets[0]  # "Laurel Bank, Park Avenue": the first is a house
    if len(streets) == 1 and streets[0] == 0 and ends_in(parts[0], _EITHER):
        streets = []  # "Flat 9, Oak Mews, Walsall": without a number it is a building
    elif not streets and len(parts) > 1:
        streets = [at for at, part in enumerate(parts[1:], 1) if ends_in(part, _WORDS.building)]
    if streets:
        draft.street = parts[streets[0]]
        draft.name = " ".join(parts[: streets[0]])
        draft.rest = parts[streets[0] + 1 :]
        _part_name(draft)
        return
    if len(parts) == 1 and not ends_in(parts[0], _WORDS.building):
        street, locality = _street_and_rest(draft.segments[0], alone=True)
        if locality:
            draft.street, draft.rest = street, [locality]
            _part_name(draft)
            _name_before_street(draft)
        elif draft.unit:
            draft.name = parts[0]
        else:
            draft.rest = parts  # one word or a few, no number, no street: a town
        return
    draft.name = parts[0] if parts else ""
    draft.rest = parts[1:]


def _exchange(draft: _Draft) -> None:
    """ "Flat 88, C, Ash Avenue": no house is called C, so 88 is the house and C the flat."""
    if draft.street and draft.unit.isdigit() and len(draft.name) == 1 and draft.name.isalpha():
        draft.number, draft.unit, draft.name = draft.unit, draft.name, ""


def _part_name(draft: _Draft) -> None:
    """ "Rose Cottage Mill Lane" without a comma: the house ends at its building word."""
    spelt_street = draft.street.split()
    for at in range(1, len(spelt_street) - 2):
        if not draft.name and spelt_street[at] in _WORDS.building:
            draft.name = " ".join(spelt_street[: at + 1])
            draft.street = " ".join(spelt_street[at + 1 :])
            return


def _name_before_street(draft: _Draft) -> None:
    """ "Rose Cottage Mill Lane Walsall": what ended at a building word is the house, if a street follows."""
    kinds_of_house = _WORDS.building | _EITHER if draft.unit else _WORDS.building
    if draft.name or not ends_in(draft.street, kinds_of_house):
        return
    street, locality = _street_and_rest(draft.rest[0], alone=True)
    if ends_in(street, _WORDS.street):
        draft.name, draft.street = draft.street, street
        draft.rest = [locality] if locality else []


def _street_and_rest(text: str, *, alone: bool) -> tuple[str, str]:
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
