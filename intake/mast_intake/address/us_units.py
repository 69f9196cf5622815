"""What is a part of a US house beside its flat: a floor, a building, the basement, the rear."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.address.plain import ORDINALS
from mast_intake.address.street_words import street_words
from mast_intake.address.units import REAR

_ORDINALS: Final = {word: floor for word, floor in ORDINALS.items() if floor.isdigit()} | {
    each: each for each in ("main", "top", "upper", "lower")
}
_BUILDINGS: Final = {"building": "bldg", "tower": "twr", "block": "blk", "entrance": "entr"}
_PARTS: Final = {
    "bsmt": "basement",
    "frnt": "front",
    "uppr": "upper",
    "lowr": "lower",
    "ph": "penthouse",
    "rear": REAR,
    "back": REAR,
}
_PART: Final = (
    r"basement|bsmt|rear|back|front|frnt|upper|uppr|lower|lowr|side|penthouse|ph|upstairs|downstairs|attic|"
    r"garage|carriage house|coach house|guest ?house|pool house|in law suite|granny flat|trailer|annex"
)
_TYPES: Final = "|".join(sorted({*street_words("US").street, "st", "rd", "ave", "dr", "ln", "blvd", "ct"}))
_HINT: Final = re.compile(
    rf"\b(?:fl|flr|floor|bldg|building|twr|tower|blk|block|entr|entrance|wing|{_PART})\b"
)
"""In every line that has one of those; the rest is not looked at further."""
_BUILDING: Final = re.compile(
    r"(?<![^\s,])(bldg|building|twr|tower|blk|block|wing|entr|entrance) ?#? ?(\d+[a-z]?|[a-z])(?![^\s,])"
)
_FLOOR: Final = re.compile(
    r"(?<![^\s,])(?:(?:floor|flr|fl) ?(?:#|no|number)? ?(\d{1,2})(?![^\s,])"
    rf"|(\d{{1,2}}|{'|'.join(_ORDINALS)})(?:st|nd|rd|th)? (?:floor|flr|fl)(?! ?(?:#|no )| \d)(?![^\s,]))"
)
_BESIDE_IT: Final = re.compile(
    # Between commas, before the number, or behind the type of a street: "Upper Darby" is a town.
    rf"(?:^|(?<=,)) *({_PART}) *(?=,|$)|^(?:the )?({_PART})(?: (?:of|at))? *,? *(?=\d)"
    rf"|(?<=\w )(?:{_TYPES})(?: \d+)? +({_PART}) *(?=,|$)"
    rf"|(?<=\w )(?:{_TYPES}) +(basement|bsmt|rear)(?![^\s,])"
)


def take_units(text: str) -> tuple[str, str, str]:
    """A folded US line without its parts of a house but the flat; these, and the floor.

    Example:
        >>> take_units("123 main st bldg 2 apt 4, anytown"), take_units("123 main st rear, anytown")[1]
        (('123 main st , apt 4, anytown', 'bldg2', ''), 'rearof')
    """
    if not _HINT.search(text):
        return text, "", ""
    units: list[str] = []
    floor = ""
    while found := _BUILDING.search(text):
        units.append(f"{_BUILDINGS.get(found[1], found[1])}{found[2]}")
        text = f"{text[: found.start()]},{text[found.end() :]}"
    while found := _FLOOR.search(text):
        said = found[1] or found[2]
        floor = " ".join(filter(None, (floor, _ORDINALS.get(said, said))))
        text = f"{text[: found.start()]},{text[found.end() :]}"
    while found := _BESIDE_IT.search(text):
        group = found.lastindex or 0
        units.append(_PARTS.get(found[group], found[group].replace(" ", "")))
        text = f"{text[: found.start(group)]},{text[found.end(group) :]}"
    return text.strip(" ,"), " ".join(units), floor
