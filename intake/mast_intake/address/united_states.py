"""US addresses: lines typed with commas by rule, the rest by ``usaddress``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import usaddress

from mast_intake.address import kinds
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.nowhere import is_of_another
from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.street_words import street_words
from mast_intake.address.units import SOME
from mast_intake.address.us_units import take_units
from mast_intake.normalise import fold, words

_WORDS: Final = street_words("US")
_BREAKS: Final = re.compile(r"[\n\r;()\[\]]+|\s\|\s|(?<=\d)\.\s")
_MARKS: Final = re.compile(r"[^\w\s#,/|-]|_|(?<!\w)\||\|(?!\w)")
"""A stroke inside a number is some sign that a machine misread: the number is none of those without it."""
_ZIP: Final = re.compile(r"[\s,]*\b(\d{5})(?:-\d{4})?\s*$")
_HOUSE: Final = r"(?!\d+(?:st|nd|rd|th)\b)(?:[nsew]\d+[nsew]\d+|[a-z]?\d[\da-z|]*(?:-\d+)?)"
_LONE_NUMBER: Final = re.compile(rf"^({_HOUSE}),")
_NUMBER: Final = re.compile(rf"({_HOUSE}) (.+)")
_ANY_ZIP: Final = "98101"
"""Of a ZIP code `usaddress` sees how long it is and whether it ends in zeros, nothing else."""
_BOX: Final = re.compile(r"(?:p ?o ?)?box (\w+)")
_UNIT_WORD: Final = (
    r"(?:apartment|aptmnt|apart|apt|aprt|appt|unit|unt|flat|suite|ste|room|rm|number|num|nbr|no|lot|trailer|"
    r"trlr|space|spc|#)"
)
_UNIT_WORDS: Final = re.compile(rf"{_UNIT_WORD}(?![a-z])")
_UNIT_PART: Final = re.compile(rf"(?:{_UNIT_WORD}(?![a-z])\s*)+(.+)|(\d+[a-z]?)|([a-z]\d*)")
_NR: Final = re.compile(r"\bnr\b")
"""Number, unlike in the UK, where it is near."""
_NUMBER_SIGN: Final = re.compile(r"^(?:no|num|number|numero|num ?ro) (?=\d)")
_UNIT_BEHIND: Final = re.compile(
    r"(?<=[\da-z]) (?=(?:apartment|aptmnt|apt|aprt|appt|unit|suite|ste) ?(?:no |# ?)?"
    r"(?:[a-z]?\d[\w-]*|[a-z])(?:,|$))"
    r"|(?<=\d) (?=(?:no|number|nbr) [a-z]?\d[\w-]*(?:,|$))"
)
"""Where a flat begins that ends its part: `usaddress` takes "County Road 12 Apartment 4" for a street."""
_PAIR: Final = re.compile(r"^(\d+)(?: ?, ?| )(\d+)(?= ([a-z]+))")
_GRID: Final = re.compile(r"^([nsew]\d+) ?([nsew]) ?(\d+)(?= [a-z])")
"""A number by the grid of a county: "W180 N8085", "N59W 28135" are one."""
_SIDE_BY_SIDE: Final = 2
_STREET_TYPES: Final = frozenset(
    written for written, word in _WORDS.expanded.items() if word in _WORDS.street
)
_SUFFIX: Final = re.compile(r"^(\d+)(?:-([a-z])| ([a-d]))(?= (\w{2,}))")
"""Of a letter set apart only the first ones are surely the number's: J Clyde Morris has a boulevard."""
_FRACTION: Final = re.compile(r"^([\w-]+)[ -]([13])/([24])(?= )")
_FRACTIONS: Final = {"12": "half", "14": "quarter", "34": "quarters"}
_RURAL: Final = re.compile(r"(?:rural route|rr|hc|highway contract|star route|r r) #?\d+ (?:p ?o ?)?box \w+")
"""A box of a postal round: it has no street."""
_DIGIT: Final = re.compile(r"\d")
_BETWEEN_TWO: Final = re.compile(r",|/|\b(?:and|or)\b")
_STREET: Final = (
    "StreetNamePreDirectional",
    "StreetNamePreModifier",
    "StreetNamePreType",
    "StreetName",
    "StreetNamePostType",
    "StreetNamePostModifier",
    "StreetNamePostDirectional",
)
_UNREAD: Final = ("Recipient", "LandmarkName", "NotAddress")
_Parts = tuple[str, str, str, str, str]
"""Number, street, unit, name, town."""


class UnitedStatesParser:
    """Number, street, unit and town of a US address line.

    Example:
        >>> home = UnitedStatesParser().parse("4317 NW Colonial Dr Apt 2 Anytown WA", "98101")
        >>> home.number, home.street, home.unit, home.town, home.postcode
        ('4317', 'northwest colonial drive', '2', 'anytown', '98101')
        >>> UnitedStatesParser().parse("4317 NW Colonial Dr, Apt. #2, Anytown, WA 98101", "") == home
        True
    """

    def parse(self, line: str, postcode: str) -> ParsedAddress:
        """Components of one line; a ZIP code given beside it wins over one inside it."""
        parted = _BREAKS.sub(",", line.replace("\u00bd", " 1/2"))
        text = " ".join(_MARKS.sub(" ", fold(parted)).split())
        text = _NUMBER_SIGN.sub("", _NR.sub("no", text))
        text = _GRID.sub(r"\1\2\3", _SUFFIX.sub(_suffix, _PAIR.sub(_range, text)))
        code = postcode
        if found := _ZIP.search(text):
            text = text[: found.start()]
            code = postcode or ("" if found[1] == "00000" else found[1])
        written = " ".join((*words(text), code)).strip()
        if nowhere := _no_place(text):
            said = "" if nowhere is PlaceKind.NO_FIXED_ABODE else written
            kind = PlaceKind.REFUGE if kinds.is_refuge(text) else nowhere
            return ParsedAddress("US", said, words=said, postcode=code, outward=code, kind=kind)
        text = _UNIT_BEHIND.sub(", ", text) if "," in text else text
        text, said, floor = take_units(_FRACTION.sub(_half, text))
        number, street, unit, name, town = _ruled(text) or _tagged(text)
        unit = " ".join(filter(None, (unit, said))) or (f"fl{floor}" if floor else "")
        number = number.replace(" ", "")
        everything = " ".join(filter(None, (unit, number, name, street, town)))
        return ParsedAddress(
            country="US",
            written=written,
            words=everything or _spelt(text),
            unit=unit,
            floor=floor,
            number=number,
            name=name,
            street=street,
            town=town,
            postcode=code,
            outward=code,
            kind=kinds.kind_of(text),
        )


def _no_place(text: str) -> PlaceKind | None:
    """The kind of a line that is not to be taken apart: no abode, or two houses of two streets."""
    if kinds.is_no_abode(text):
        return PlaceKind.NO_FIXED_ABODE
    if is_of_another(text):
        return PlaceKind.BESIDE
    houses = [part for part in _BETWEEN_TWO.split(text) if _is_house(part.strip())]
    return PlaceKind.SEVERAL if len(houses) > 1 else None


def _range(found: re.Match[str]) -> str:
    """ "108, 110 Main St" is of two houses side by side; "108, 110 Ave" is one of them in a street."""
    both = int(found[2]) - int(found[1]) == _SIDE_BY_SIDE
    return f"{found[1]}-{found[2]}" if both and found[3] not in _STREET_TYPES else found[0]


def _suffix(found: re.Match[str]) -> str:
    """ "32-I Main St", "32 A Main St", but "32 A St"."""
    return found[0] if found[4] in _STREET_TYPES else f"{found[1]}{found[2] or found[3]}"


def _half(found: re.Match[str]) -> str:
    """ "123 1/2 Main St": half a number, which is another house's."""
    return f"{found[1]}{_FRACTIONS.get(found[2] + found[3], found[2] + found[3])}"


def _is_house(part: str) -> bool:
    """ "14 oak ave": a number, and a street by its type."""
    found = _NUMBER.fullmatch(part)
    return found is not None and not _WORDS.street.isdisjoint(_spelt(found[2]).split()[1:])


def _is_unit(part: str) -> bool:
    return _UNIT_PART.fullmatch(part) is not None or _UNIT_WORDS.search(part) is not None


def _ruled(text: str) -> _Parts | None:
    """``number street, [unit,] town, state`` as columns give it: the commas leave nothing to guess.

    A hundred times as fast as the learnt parser, which sees what is typed without commas.
    """
    lone = _LONE_NUMBER.match(text)
    parts = [part for part in map(str.strip, text.split(",")) if part]
    if parts and parts[-1] in _WORDS.region:
        parts.pop()
    if lone and len(parts) == 2:
        # Number and one thing more: a street if it has a street word, else the town of a lost street.
        street = _spelt(parts[1])
        is_street = not _WORDS.street.isdisjoint(street.split()[1:])
        return (parts[0], street, "", "", "") if is_street else (parts[0], "", "", "", street)
    if lone and len(parts) > 2:
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    if len(parts) > 1 and not _DIGIT.search(parts[0]) and _is_house(parts[1]) and not _is_unit(parts[0]):
        number, street, unit, _, town = _ruled(", ".join((*parts[1:], ""))) or _tagged(" ".join(parts[1:]))
        return number, street, unit, parts[0], town  # "Haven House, 3 Main St, Anytown"
    if not 2 <= len(parts) <= 3:
        return None
    unit = ""
    # The town may be left out, and a unit stand last: "12 main st, apt 2".
    if found := _UNIT_PART.fullmatch(parts[1]):
        unit = "".join(words(found[1] or found[2] or found[3]))
        del parts[1]
    if len(parts) > 2 or any(_UNIT_WORDS.search(part) for part in parts):
        return None
    town = parts[1] if len(parts) > 1 else ""
    if box := _boxed(parts[0]):
        return "", "", unit, box, town
    if found := _NUMBER.fullmatch(parts[0]):
        return found[1], _spelt(found[2]), unit, "", town
    return "", _spelt(parts[0]), unit, "", town


def _boxed(part: str) -> str:
    """The name of a box, of a post office or of a postal round."""
    if box := _BOX.fullmatch(part):
        return f"po box {box[1]}"
    return " ".join(words(part)) if _RURAL.fullmatch(part) else ""


def _labelled(text: str) -> Mapping[str, str]:
    """The words of each label, joined in their order, also where a label is there twice.

    A ZIP code is put behind every line, always the same: the parser learnt where a town ends by one.
    """
    found: dict[str, str] = {}
    crossed = ""
    for word, label in usaddress.parse(f"{text} {_ANY_ZIP}")[:-1]:
        said = word.strip(" ,;")
        if label == "IntersectionSeparator":
            crossed = "Second"
        elif crossed and "StreetName" in label:
            label = f"{crossed}{label}"
        if label not in found:
            found[label] = said
        elif label != "AddressNumber":
            found[label] = f"{found[label]} {said}"
        elif said != found[label]:
            # Two numbers are none of the two; of one that is said twice the second says nothing.
            mark = "-" if said.isdigit() and found[label].isdigit() else ""
            found[label] = f"{found[label]}{mark}{said}"
    return found


def _tagged(text: str) -> _Parts:
    tagged = _labelled(text)
    label = {name: " ".join(words(value)) for name, value in tagged.items()}
    # With the marks that are in it: 109-63 is not 10963.
    numbers = map(tagged.get, ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix"))
    number = "".join(filter(None, numbers)).replace("#", "")
    street = _spelt(" ".join(filter(None, map(label.get, _STREET))))
    unit = _unit(label)
    box = label.get("USPSBoxID", "")
    name = f"po box {box}" if box else label.get("BuildingName", "")
    return number, street, unit, name, label.get("PlaceName", "")


def _unit(label: Mapping[str, str]) -> str:
    """The flat, what it is in, and what stands beside a house and nobody can read: never left out."""
    flat = "".join(_UNIT_WORDS.sub(" ", label.get("OccupancyIdentifier", "")).split())
    if not flat and "OccupancyType" in label:
        flat = SOME
    kind, within = label.get("SubaddressType", ""), label.get("SubaddressIdentifier", "").replace(" ", "")
    if not _UNIT_WORDS.fullmatch(kind):
        within = f"{kind}{within}".replace(" ", "")  # else a flat that was taken for a building
    unread = (
        "".join(filter(None, map(label.get, _UNREAD))).replace(" ", "") if "AddressNumber" in label else ""
    )
    return " ".join(filter(None, (flat, within, f"?{unread}" if unread else "")))


def _spelt(text: str) -> str:
    return " ".join(_WORDS.expanded.get(word, word) for word in words(text))
