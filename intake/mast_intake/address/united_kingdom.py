"""UK addresses by hand-written rules: they beat every learnt parser on an area it was not trained on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.street_words import street_words
from mast_intake.normalise import fold, outward, words
from mast_intake.normalise import postcode as read_postcode

_WORDS: Final = street_words("GB")
_TYPES: Final = _WORDS.street | _WORDS.building

_NUMBER: Final = r"\d+[a-z]?(?:~\d+[a-z]?)?"
_FLOORS: Final = ("ground", "first", "second", "third", "fourth", "fifth", "sixth")
_ORDINALS: Final = {
    "basement": "b",
    "lower ground": "lg",
    "gnd": "0",
    "top": "top",
    "attic": "top",
    "garden": "garden",
    "upper": "upper",
    "lower": "lower",
    "mezzanine": "m",
    **{name: str(at) for at, name in enumerate(_FLOORS)},
    **{f"{at}{end}": str(at) for at in range(1, 31) for end in ("st", "nd", "rd", "th")},
}
_ORDINAL: Final = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_DWELLING: Final = r"(?:flat|flt|apartment|apart|appartment|apt|aprt|maisonette|mais|bedsit|studio)"

_SPACE_MARKS: Final = re.compile(r"[^\w,/&~\-]|_")
_BREAKS: Final = re.compile(r"[\n\r;|]+")
_JOINED: Final = re.compile(rf"\b({_DWELLING[3:-1]}|unit|room)(\d+[a-z]?)\b")
_JOINED_NUMBER: Final = re.compile(r"\b(\d+)([a-z]{3,})\b")
_RANGE: Final = re.compile(r"\b(\d+[a-z]?)\s*(?:-|\bto\b)\s*(\d+[a-z]?)\b")
_NUMBER_SIGN: Final = re.compile(r"\b(?:no|num|number)\s+(?=\d)")
_CARE_OF: Final = re.compile(r"(?:^|(?<=,))\s*c\s*/\s*o\b[^,]*")
_POSTCODE: Final = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b")
_COUNTRIES: Final = ("united kingdom", "uk", "gb", "great britain", "england", "wales", "scotland")
_COUNTRY: Final = re.compile(rf"[\s,]*\b(?:{'|'.join(_COUNTRIES)})[\s,]*$")
_FLOOR: Final = re.compile(
    rf"\b({_ORDINAL})(?:\s*(?:and|&|/)\s*({_ORDINAL}))?\s*(?:(?:floors?|flr)\b(?:\s*{_DWELLING}\b)?|{_DWELLING}\b)"
    r"(?!\s*(?:\d|[a-z]\b))(?:\s*(front|rear|back|left|right)\b)?"
    rf"|\b({_ORDINAL})\s*(?:floors?|flr)\b|\bfloor\s+(\d+)\b|(?:^|(?<=,))\s*(basement)\s*(?=,|$|\d)|\b(gff|fff|sff)\b"
)
_MAYBE_FLOOR: Final = re.compile(r"fl|ap|mais|bedsit|studio|basement|[gfs]ff")
"""In every line that ``_FLOOR`` finds a floor in, and a tenth of its cost."""
_INITIALS: Final = {"gff": "0", "fff": "1", "sff": "2"}
_UNIT: Final = re.compile(
    rf"\b({_DWELLING[3:-1]}|flats|unit|room|rm|suite|plot|pitch|bedroom)\s*(?:no|number)?\s*"
    r"(\d+[a-z]?(?:[~/]\d+[a-z]?)?|[a-z]\d*)\b(?!\s+floor)"
)
_ROOMS: Final = frozenset(("room", "rm", "bedroom"))
_BARE_DWELLING: Final = re.compile(rf"(?:^|(?<=,))\s*{_DWELLING}\s*(?=,|$|\d)")
_SLASH: Final = re.compile(r"(?:^|(?<=,))\s*(\d+[a-z]?|[a-z])\s*/\s*(\d+[a-z]?)\b")
_TWO_NUMBERS: Final = re.compile(rf"(?:^|(?<=,))\s*(\d+[a-z]?)[\s,]+(?={_NUMBER}\s+[a-z]{{2}})")
_AT_START: Final = re.compile(rf"({_NUMBER})(?:\s([a-z]))?(?=\s|$)\s*(.*)")
_INSIDE: Final = re.compile(rf"(.*\S)\s+({_NUMBER})(?:\s([a-z]))?\s+([a-z].*)")
_AT_END: Final = re.compile(rf"([a-z].*\S)\s+({_NUMBER})")
_DIGIT: Final = re.compile(r"\d")
_ORDINAL_WORD: Final = re.compile(r"\d+(?:st|nd|rd|th)\b")


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
    """Postcode, unit, floor, number, name, street words and town of a UK address line.

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
        plain, inside = _take_postcode(_plain(line), postcode)
        code = postcode or inside
        written = " ".join((*words(plain), code)).strip()
        plain, unit = _take_unit(plain)
        segments = [part for part in map(str.strip, plain.split(",")) if part]
        while len(segments) > 1 and segments[-1] in _WORDS.region:
            segments.pop()
        draft = _Draft(segments, unit=unit)
        _take_number(draft)
        if not draft.number:
            _take_named(draft)
        town = draft.rest[-1] if draft.rest else ""
        everything = " ".join((draft.unit, draft.number, draft.name, draft.street, *draft.rest))
        return ParsedAddress(
            country="GB",
            written=written,
            words=" ".join(everything.split()),
            unit=draft.unit,
            number=draft.number,
            name=draft.name.removeprefix("the "),
            street=draft.street,
            town=town,
            postcode=code,
            outward=outward(code, "GB"),
        )


def _plain(line: str) -> str:
    """Folded, with breaks as commas, ranges as ``12~14`` and joined words apart."""
    text = fold(_BREAKS.sub(",", line)) + " "
    if "/" in text:
        text = _CARE_OF.sub("", text)
    text = _SPACE_MARKS.sub(" ", text)
    if "-" in text or " to " in text:
        text = _RANGE.sub(r"\1~\2", text).replace("-", " ")
    text = _JOINED.sub(_apart, text.replace("&", " and "))
    text = " ".join(_NUMBER_SIGN.sub("", text).split())
    return _COUNTRY.sub("", text) if text.rstrip(" ,").endswith(_COUNTRIES) else text


def _apart(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]}"


def _take_postcode(text: str, known: str) -> tuple[str, str]:
    """The text without its postcode, and the postcode."""
    for found in reversed(list(_POSTCODE.finditer(text))):
        code = read_postcode(found[0], "GB")
        if code is not None:
            return _cut(text, found), code
    # "SP1 04EU": whatever way the last letters are spaced.
    tail = text.replace(",", " ").split()[-3:]
    for size in (2, 3):
        joined = "".join(tail[-size:])
        code = read_postcode(joined, "GB") if 5 <= len(joined) <= 7 and len(tail) >= size else None
        if code and code != outward(code, "GB"):
            kept = text
            for part in reversed(tail[-size:]):
                kept = kept.rstrip(" ,").removesuffix(part)
            return kept, code
    if known and text.endswith(half := f" {outward(known, 'GB').lower()}"):
        text = text.removesuffix(half)
    return text, ""


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]},{text[found.end() :]}"


def _take_unit(text: str) -> tuple[str, str]:
    """The text without flat, room and floor, and their canonical form."""
    ids: list[str] = []
    while found := _UNIT.search(text):
        ids.append(("r" if found[1] in _ROOMS else "") + found[2])
        text = _cut(text, found)
    floor = ""
    if _MAYBE_FLOOR.search(text) and (found := _FLOOR.search(text)):
        floor = _floor(found)
        text = _cut(text, found)
    if not ids and not floor and (found := _SLASH.search(text)):
        ids.append(found[1])
        text = f"{text[: found.start(1)]}{text[found.start(2) :]}"
    if not ids and not floor and (found := _TWO_NUMBERS.search(text)):
        # "2, 14 High Street": the first is the flat; "12 12 High Street" is only said twice.
        again = text[found.end() :].startswith(f"{found[1]} ")
        ids.extend([] if again else [found[1]])
        text = text[: found.start(1)] + text[found.end() :]
    text = _BARE_DWELLING.sub(" ", text)
    # The smallest thing last: room 3 of flat 2, whichever was written first. A floor adds nothing to an id.
    return text, " ".join(sorted(ids, key=lambda unit: unit.startswith("r"))) or floor


def _floor(found: re.Match[str]) -> str:
    first, second, side, lone, numbered, basement, initials = found.groups()
    if numbered:
        return f"fl{int(numbered)}"
    if initials:
        return f"fl{_INITIALS[initials]}"
    levels = [_ORDINALS[level] for level in (first or lone or basement, second) if level]
    where = {"back": "rear"}.get(side or "", side or "")
    return " ".join(filter(None, (f"fl{'+'.join(levels)}", where)))


def _take_number(draft: _Draft) -> None:
    """Number, street, name and the rest, when some segment has a number."""
    found = enumerate(map(_number_of, draft.segments))
    numbered = [(at, parts) for at, parts in found if parts]
    if not numbered:
        return
    at, (number, before, after) = numbered[0]
    if len(numbered) > 1 and not draft.unit and after and _ends_in(after, _WORDS.building):
        # "12 Sycamore Court, 5 High Street": twelve is the flat.
        draft.unit, draft.name = number, _spelt(after)
        at, (number, before, after) = numbered[1]
    following = draft.segments[at + 1 :]
    if not after and following:
        after, following = following[0], following[1:]
    street, locality = _street_and_rest(after, alone=not following)
    names = [draft.name, *draft.segments[: at if draft.name == "" else 0], before]
    draft.number = number
    draft.name = _spelt(" ".join(filter(None, names)))
    draft.street = street
    draft.rest = [part for part in (locality, *map(_spelt, following)) if part]


def _number_of(segment: str) -> tuple[str, str, str] | None:
    """Number, what stands before it and what follows, of a segment that has one."""
    if not _DIGIT.search(segment):
        return None
    segment = _JOINED_NUMBER.sub(_apart, segment)
    if _ORDINAL_WORD.match(segment):
        return None
    if found := _AT_START.fullmatch(segment):
        return f"{found[1]}{found[2] or ''}".replace("~", "-"), "", found[3]
    if (found := _INSIDE.fullmatch(segment)) and any(word in _TYPES for word in _spelt(found[4]).split()):
        return f"{found[2]}{found[3] or ''}".replace("~", "-"), found[1], found[4]
    if found := _AT_END.fullmatch(segment):
        return found[2].replace("~", "-"), "", found[1]
    return None


def _take_named(draft: _Draft) -> None:
    """Name, street and the rest of a line without a number."""
    parts = [_spelt(part) for part in draft.segments]
    streets = [at for at, part in enumerate(parts) if _ends_in(part, _WORDS.street)]
    if not streets and len(parts) > 1:
        streets = [at for at, part in enumerate(parts[1:], 1) if _ends_in(part, _WORDS.building)]
    if streets:
        draft.street = parts[streets[0]]
        draft.name = " ".join(parts[: streets[0]])
        draft.rest = parts[streets[0] + 1 :]
        return
    if len(parts) == 1 and not _ends_in(parts[0], _WORDS.building):
        street, locality = _street_and_rest(draft.segments[0], alone=True)
        if locality:
            draft.street, draft.rest = street, [locality]
        elif draft.unit:
            draft.name = parts[0]
        else:
            draft.rest = parts  # one word or a few, no number, no street: a town
        return
    draft.name = parts[0] if parts else ""
    draft.rest = parts[1:]


def _street_and_rest(text: str, *, alone: bool) -> tuple[str, str]:
    """A street, cut after its type when more words follow on the same line (no commas typed)."""
    spelt = _spelt(text).split()
    if alone:
        for at in range(1, len(spelt)):
            if spelt[at] in _TYPES:
                end = at + 1
                while end < len(spelt) and (spelt[end] in _TYPES or spelt[end] in _WORDS.direction):
                    end += 1
                return " ".join(spelt[:end]), " ".join(spelt[end:])
    return " ".join(spelt), ""


def _ends_in(text: str, kinds: frozenset[str]) -> bool:
    """Whether the last word, or the one before a direction, is of those; a lone word is a name."""
    spelt = text.split()
    while len(spelt) > 1 and spelt[-1] in _WORDS.direction:
        spelt.pop()
    return len(spelt) > 1 and _WORDS.expanded.get(spelt[-1], spelt[-1]) in kinds


@lru_cache(maxsize=10_000)
def _spelt(text: str) -> str:
    """Abbreviations written out; ``st`` is saint at the start or before another street word."""
    found = [part for part in text.replace("/", " ").replace("~", "-").split() if part]
    spelt: list[str] = []
    for at, word in enumerate(found):
        if word == "st" and (
            at == 0 or any(_WORDS.expanded.get(later) in _TYPES for later in found[at + 2 :])
        ):
            spelt.append("saint")
        else:
            # The first word is a name: "Park Road", not "pk"; "Dr" there is no drive.
            spelt.append(_WORDS.expanded.get(word, word) if at else word)
    return " ".join(spelt)
