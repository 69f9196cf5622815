"""Flats, floors and rooms: what stands inside a building, in every spelling, in one canonical form."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final, NamedTuple

from mast_intake.address.flats import DWELLING, no_street_behind
from mast_intake.address.plain import IN_WORDS, ORDINAL, TYPES, level
from mast_intake.address.ranges import SLASH, are_neighbours, with_ranges
from mast_intake.address.street_words import street_words

SOME: Final = "some"
"""A dwelling in the building, but which one is not said ("Flat, 2 Mill Lane"): not the building itself."""
REAR: Final = "rearof"
"""The place behind a house that is known by its number: never the house, and no flat of it either."""

_DWELLING: Final = f"(?:{'|'.join(sorted(DWELLING, key=len, reverse=True))})"
_SIDE: Final = r"(front|rear|back|left|right|middle)"
_FLOOR: Final = re.compile(
    rf"\b(?:the\s+)?({ORDINAL})(?:\s*(?:and|/|,)\s*({ORDINAL}))?\s*(?:floors?\b(?:\s+{_DWELLING}\b)?|{_DWELLING}\b)"
    rf"(?:\s+(?:at|on)(?=\s*,|\s*$))?(?:\s*{_SIDE}\b)?(?:\s+{_DWELLING}\b)?"
    rf"|\bfloor\s+(\d+)\b|(?:^|(?<=,))\s*(basement|bsmt|upstairs|downstairs|gf|ff|sf)\s*(?=,|$|\d)"
    rf"|\b([gfst]f[flr]|lgff?|g/f|f/f|s/f|gf flat|bf flat|(?:0|1|2|3)/f)\b(?:\s*{_DWELLING}\b)?"
    rf"|(?:^|(?<=,))\s*{_SIDE}\s+(?:{_DWELLING}|floor)\b"
    r"|\bllawr\s+(gwaelod|isaf|cyntaf|uchaf)\b"
)
_INITIALS: Final = {
    "gff": "0", "fff": "1", "sff": "2", "tff": "top", "lgf": "lg", "lgff": "lg", "g/f": "0", "f/f": "1",
    "s/f": "2", "gf flat": "0", "bf flat": "b", "0/f": "0", "1/f": "1", "2/f": "2", "3/f": "3",
    "gwaelod": "0", "isaf": "lower", "cyntaf": "1", "uchaf": "top", "gf": "0", "ff": "1", "sf": "2",
    "gfl": "0 left", "gfr": "0 right", "ffl": "1 left", "ffr": "1 right", "sfl": "2 left", "sfr": "2 right",
    "tfl": "top left", "tfr": "top right",
}  # fmt: skip
_ROOMS: Final = frozenset(("room", "rm", "bedroom", "bed", "cell", "ystafell"))
_PLACES: Final = (
    "flats", "fl", "unit", "room", "rm", "suite", "ste", "plot", "lot", "pitch", "bedroom", "berth",
    "mooring", "mobile home", "park home", "uned", "ystafell",
)  # fmt: skip
_SITES: Final = ("bed", "chalet", "caravan", "lodge", "static", "cell", "annexe", "annex")
"""Units only at the start of a part: "Holly Lodge 62 Mill Lane" is a house."""
_ID: Final = (
    r"(?:[a-z]?\d+(?!(?:st|nd|rd|th)\b)[a-z]{0,2}(?:[~/]\d+[a-z]?)?|\d+f\d+|[gbt]f\d+|"
    r"[a-z](?:~[a-z]|[/]\d+[a-z]?)?)"
)
_NOT_A_FLOOR: Final = r"(?=[\s,]|$)(?!\s+(?:floors?\b|flr\b))"
_UNIT: Final = re.compile(
    rf"\b({_DWELLING[3:-1]}|{'|'.join(_PLACES)})\s+(?:no\s+|number\s+)?({_ID})"
    rf"(?:\s([a-z])(?=\s*,?\s*\d))?{_NOT_A_FLOOR}"
)
_LETTER_BEHIND: Final = re.compile(r"\s+(?:([a-z])(?=\s*(?:,|$))|([a-df-mo-rt-vxz])(?=\s+[a-z]{2}))")
"""Of "14 High Street, Flat 2 A": where the house is said before, it is no name of one."""
_SITE: Final = re.compile(rf"(?:^|(?<=,))\s*({'|'.join(_SITES)})\s+({_ID})(){_NOT_A_FLOOR}")
_CALLED: Final = frozenset(name.split()[0] for name in (*DWELLING, *_PLACES, *_SITES))
_STREETS: Final = street_words("GB").street
_HOUSE: Final = re.compile(r"(?<!\w)\d+[a-z]?(?!\w)")
_HINT: Final = re.compile(
    r"fl|ap[pa]|mais|bed|studio|penth|bas|bsm|[gfst0-3]/?ff?\b|lg|annex|front|rear|back|left|right|"
    r"llawr|stairs|[gfst]f[lr]\b"
)
"""In every line that has a floor, a flat without a number or a place beside another; ten times cheaper."""
_FLOOR_BEFORE: Final = re.compile(
    rf"\b(?:floors?|hand|gf|ff|sf|door|granny|staff|caretakers|wardens|{_SIDE}|{ORDINAL})\s*(?P<comma>,?)\s*$"
)
_DIGIT: Final = re.compile(r"\d")
_ZEROS: Final = re.compile(r"\b0+(?=\d)")
_SCOTTISH_STARTS: Final = frozenset("0123456789gbtp")
_DIGIT_LETTER: Final = re.compile(r"\d(?:[flr]|(?<=f\d))")
_SCOTTISH_BEHIND: Final = re.compile(r"(?<=[a-z]{2})[\s,]+((?:\d|[gbtp])f\d+|\d[lr])(?=\s*(?:,|$)|\s+[a-z])")
_SCOTTISH: Final = re.compile(r"\s*((?:\d|[gbtp])f\d+|\d/\d+(?=\s*,\s*\d|\s+\d))(?=[\s,])")
_BARE: Final = re.compile(
    rf"(?:^|(?<=,))\s*(?:the\s+)?(?:(?:floor\s+)?{_DWELLING}|annexe?)(?:\s+(?:at|over|above))?\s*(?=,|$|\d)"
)
_NAMED_PART: Final = (
    r"(granny|main door|coach ?house|shop|caravan|shed|garages?|outbuildings?|outhouse|summer ?house|"
    rf"workshop|stables?|loft|cellar)(?:\s+(?:{_DWELLING}|annexe?))?(?:\s+(?:at|of|in))?"
)
_NAMED_BEHIND: Final = re.compile(
    rf"(?:the\s+)?(?:{_NAMED_PART}|(caretakers|wardens|staff)\s+flat|(annexe?|extension)(?:\s+{_DWELLING})?)"
)
_PART: Final = re.compile(
    r"(?:^|(?<=,))\s*(?:(caretakers|wardens|staff|basement)\s+flat\b"
    r"|(?:[^,\d]*\s)?(rear of|back of|r/o)(?=\s*,?\s*\d)"
    rf"|(?:(?:the\s+)?{_DWELLING}\s+)(over|above|at rear of|rear of|behind|below)\b"
    rf"|(?:the\s+)?{_NAMED_PART}(?=\s*,?\s*\d))"
)
"""A part of the house, or the place behind it, which is not the house."""
_PARTS: Final = frozenset(
    {
        "caretakers", "wardens", "staff", "of", "r/o", "over", "above", "behind", "below", "granny", "door",
        "coach", "coachhouse", "shop", "caravan", "shed", "garage", "garages", "outbuilding", "outbuildings",
        "outhouse", "summer", "summerhouse", "workshop", "stable", "stables", "loft", "cellar",
    }
)  # fmt: skip
"""A word of each of those."""
_BEHIND: Final = {"rear of": REAR, "back of": REAR, "r/o": REAR, "at rear of": REAR}
_OF_IT: Final = frozenset(
    {
        "attic", "upper", "lower", "ground", "rear", "back", "front", "left", "right", "middle", "upstairs",
        "downstairs", "bedroom", "room", "kitchen", "barn", "cabin", "log cabin", "tent", "garden", "carpark",
        "car park", "mobile home", "static", "caravan", "static caravan", *IN_WORDS,
        "ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii",
    }
)  # fmt: skip
_SAYS_NO_MORE: Final = frozenset((*DWELLING, "hand", "side", "in", "of", "at", "the", "and"))
_NAMED_WORDS: Final = frozenset(
    {
        "granny", "door", "coachhouse", "house", "shop", "caravan", "shed", "garage", "garages",
        "outbuilding", "outbuildings", "outhouse", "summerhouse", "workshop", "stable", "stables", "loft",
        "cellar", "annexe", "annex", "extension",
    }
)  # fmt: skip
"""What those end in."""
OF_A_HOUSE: Final = frozenset(
    (*DWELLING, "floor", "room", "rm", "bedroom", "suite", "annexe", "annex", "level", "landing", "unit")
)
"""A word of them names a dwelling or a part of one, whatever is said with it: "Red Flat", "Oak Room"."""
PART_ENDS: Final = frozenset(
    (
        *(words.split()[-1] for words in _OF_IT | _SAYS_NO_MORE),
        *_NAMED_WORDS,
        *OF_A_HOUSE,
        "block",
        "wing",
        "tower",
        "entrance",
    )
)
"""What such words end in: most have none of them, and are not looked at further."""
_SURELY: Final = frozenset(("attic", "rear", "upstairs", "downstairs", "bedroom", "hand"))
"""What no town begins with, unlike Upper or Ground."""
_BEGINS_A_TOWN: Final = frozenset("nsewy0123456789")
"""A letter that may be a side of the street, or a Welsh article."""
_OF_IT_ONLY: Final = re.compile(
    rf"(?:(?:{'|'.join(sorted(_OF_IT | _SAYS_NO_MORE, key=len, reverse=True))})(?:\s|$))+"
)
_INITIAL: Final = re.compile(
    r"(?:^|(?<=,))\s*(?:the\s+)?([a-z]{1,2}\d{1,3}[a-z]?)(?=\s+\d|\s*,\s*\d)"
    r"|(?<=[a-z]{3})[\s,]+([fr]\d{1,3})\s*(?=,|$|\s[a-z])"
)
"""A unit by an initial and a number: "R3, 14 High Street", "14 High Street F2"."""
_LETTER_DIGIT: Final = re.compile(r"\d(?<=[a-z]\d)")
_BEHIND_STREET: Final = re.compile(r"(?<=[a-z]{3})\s*[\s,]\s*(\d/\d+)\s*(?=,|$)")
_ALONE: Final = re.compile(
    r"(?:^|(?<=,))\s*(\d+[a-z]?|[a-z]|\d+f\d+)\s*,\s*(?=\d+[a-z]?(?:~\d+[a-z]?)?\s*(?:,|\s[a-z]{2}|[a-z]?\s*$)|\d+/\d+\s*,)"
)
_TWO: Final = re.compile(r"(?:^|(?<=,))\s*(\d+[a-z]?)\s+(?=\d+[a-z]?(?:~\d+[a-z]?)?(?:\s+[a-z]{2}|\s*,))")
_APART: Final = re.compile(r"\s*(\d+[a-z]?|[a-z])\s*,(?=[^,\d]+,\s*\d+[a-z]?(?:~\d+[a-z]?)?\s*,\s*[a-z]{2})")
"""A flat, the name of the building, its number, the street: "5, Green Court, 23, Mill Lane"."""
_APART_HOUSE: Final = re.compile(r"\s*(\d+[a-z]?|[a-z])\s*,([^,\d]+),\s*\d+[a-z]?(?:~\d+[a-z]?)?\s+[a-z]{2}")
_LETTER_AFTER: Final = re.compile(r"(?<=[^,\s])\s*,\s*([a-z])\s*(?=,)")
_ON_FLOOR: Final = re.compile(r"\s+(\d+[a-z]?)\s*,(?=.*\d)")
_SPACED_RANGE: Final = re.compile(r"(?:^|(?<=,))\s*(\d+)\s+(\d+)\s*(?=,)")
_LETTER_COLUMN: Final = re.compile(r",\s*[a-z]\s*,")
_DIGIT_COLUMN: Final = re.compile(r",\s*\d")
_TWO_NUMBERS: Final = re.compile(r"\d[a-z]?\s+\d")
"""In every line that has what the longer ones look for; what begins with a rare sign is found much faster."""
_WHOLE_NUMBER: Final = re.compile(r"\d+(?![\w~])")


@lru_cache(maxsize=50_000)
def _is_hint(word: str) -> bool:
    return _HINT.search(word) is not None


class Unit(NamedTuple):
    """``id`` names the dwelling (a floor stands for it where there is no other), ``floor`` the floor."""

    id: str
    floor: str


def take_unit(text: str, said: Collection[str] | None = None) -> tuple[str, Unit]:
    """The text without flat, room and floor, and their canonical form; ``said`` are its words, where known.

    Example:
        >>> take_unit("first floor flat, 6 mill lane"), take_unit("2/14 high street")[1].id
        ((' ,, 6 mill lane', Unit(id='fl1', floor='1')), '2')
    """
    ids: list[str] = []
    if said is None or not _CALLED.isdisjoint(said):
        text, ids = _named(text)
    said = text.replace(",", " ").split() if said is None else said
    parted = not _PARTS.isdisjoint(said)
    if parted and not ids and (apart := _APART.match(text)):
        text, ids = text[apart.end() :], [apart[1]]  # "1, The Coach House, 16, Mill Lane"
    hinted = parted or (any(map(_is_hint, said)) and _HINT.search(text) is not None)
    text, floor = _take_floor(text, ids) if hinted else (text, "")
    if parted and not floor:
        text = _take_part(text, ids)
    if not ids and text[:1] in _SCOTTISH_STARTS and (found := _SCOTTISH.match(text)):
        ids.append(found[1])
        text = _cut(text, found)
    if (ids or floor) and _TWO_NUMBERS.search(text):
        text = _SPACED_RANGE.sub(_range, text)
    if "/" in text:
        text = with_ranges(text, known=bool(ids or floor))
    if not ids and not floor:
        text, ids = _unsaid(text)
    if hinted and (found := _BARE.search(text)):
        text = text[: found.start()] + " " + text[found.end() :]
        if not ids and not floor:
            ids.append(SOME)
    # The smallest thing last: room 3 of flat 2, whichever was written first. A floor adds nothing to an id.
    named = " ".join(sorted(dict.fromkeys(ids), key=lambda unit: unit.startswith("r")))
    return text, Unit(named or (f"fl{floor}" if floor else ""), floor)


def part_of(text: str) -> str:
    """The unit that words give which say nothing but a part of a house: by those words, empty for others.

    Example:
        >>> part_of("left hand flat"), part_of("rear"), part_of("upper farm")
        ('?left', 'rearof', '')
    """
    if text.rpartition(" ")[2] not in PART_ENDS:
        return ""
    if found := _NAMED_BEHIND.fullmatch(text):
        named = (found[1] or found[2] or found[3]).replace(" ", "")
        return SOME if named.startswith("annex") else named
    if not _OF_IT_ONLY.fullmatch(text):
        return ""
    if text == "the barn":
        return ""  # a house, as The Lodge is: "The Barn, 43 Hill Road"
    said = [word for word in text.split() if word not in _SAYS_NO_MORE]
    return REAR if said == ["rear"] else "?" * bool(said) + "".join(said)


def unread_part(text: str) -> str:
    """The unit that words give which nobody can read, but for one that names a dwelling: by all the others.

    Example:
        >>> unread_part("red flat"), unread_part("flat red"), unread_part("oak house")
        ('?red', '?red', '')
    """
    said = text.split()
    if OF_A_HOUSE.isdisjoint(said):
        return ""
    key = "".join(word for word in said if word not in _SAYS_NO_MORE)
    return f"?{key}" if key else ""


def is_named(part: str) -> bool:
    """Whether a part of a house has a name that no town begins with ("granny flat")."""
    return part.rpartition(" ")[2] in PART_ENDS and _NAMED_BEHIND.fullmatch(part) is not None


def part_and_rest(text: str) -> tuple[str, str]:
    """What stands behind a street where no commas are: the part of the house that it begins with.

    Example:
        >>> part_and_rest("front bedroom walsall"), part_and_rest("upper gornal")
        (('front bedroom', 'walsall'), ('', 'upper gornal'))
    """
    said = text.split()
    if len(said) > 1 and len(said[0]) == 1 and said[0] not in _BEGINS_A_TOWN:
        return said[0], " ".join(said[1:])  # "14 High Street A Walsall"
    for end in range(len(said), 0, -1):
        part = " ".join(said[:end])
        if (end == len(said) or not _SURELY.isdisjoint(said[:end]) or is_named(part)) and part_of(part):
            return part, " ".join(said[end:])
    return "", text


def _named(text: str) -> tuple[str, list[str]]:
    """What is called a flat, a room, a pitch ... with its number or letter."""
    ids: list[str] = []
    while found := _UNIT.search(text) or _SITE.search(text):
        if _is_house(text, found):
            break  # "Ground Floor Flat 70 Mill Lane": seventy is the house
        id_, house = _parted(found, text)
        end = found.end()
        if (
            id_.isdigit()
            and (letter := _LETTER_BEHIND.match(text, end))
            and _HOUSE.search(text, 0, found.start())
        ):
            id_, end = f"{id_}{letter[1] or letter[2]}", letter.end()
        ids.append(("r" if found[1] in _ROOMS else "") + _ZEROS.sub("", id_.replace("~", "-")))
        text = f"{text[: found.start()]} ,{house}{text[end:]}"
    return text, ids


def _is_house(text: str, found: re.Match[str]) -> bool:
    """Whether the number behind a flat is the house's: that of a floor, or an annexe, has none."""
    if _DIGIT.search(text, found.end()) or _HOUSE.search(text, 0, found.start()):
        return False
    if no_street_behind(text[found.end() :]):
        return False  # "Rear Flat 2, Elm House, Mill Lane"
    if found[1].startswith("annex"):
        return True
    floor = _FLOOR_BEFORE.search(text, 0, found.start())
    # "First Floor, Flat 14, Mill Court" is not "First Floor, Flat 14 High Street".
    return floor is not None and not (floor["comma"] and text[found.end() :].lstrip().startswith(","))


def _parted(found: re.Match[str], text: str) -> tuple[str, str]:
    """ "Flat 2/14 High Street", "Flat 2 - 14 ...": the second is the house where no other number is."""
    id_ = f"{found[2]}{found[3] or ''}"
    mark = "/" if "/" in id_ else "~"
    house = _HOUSE.search(text, found.end()) or _HOUSE.search(text, 0, found.start())
    if mark not in id_ or found[1] == "flats" or house:
        return id_, ""
    following = text[found.end() :].partition(",")[0].split()
    kind = next((word for word in following[1:] if street_words("GB").expanded.get(word, word) in TYPES), "")
    if mark == "~" and street_words("GB").expanded.get(kind, kind) not in _STREETS:
        return id_, ""
    flat, number = id_.split(mark)
    return flat, f" {number}"


def _take_floor(text: str, ids: list[str]) -> tuple[str, str]:
    """The floor; a number said with it goes to ``ids``."""
    if found := _FLOOR.search(text):
        floor, end = _floor(found), found.end()
        if not ids and (on_it := _ON_FLOOR.match(text, end)):
            ids.append(on_it[1])  # "First Floor 15, Willow Mill, 5 Mill Lane"
            end = on_it.end()
        return f"{text[: found.start()]} ,{text[end:]}", floor
    return text, ""


def _take_part(text: str, ids: list[str]) -> str:
    """What part of the house it is, to ``ids`` where nothing is there; that it is behind it always is."""
    if (found := _PART.search(text)) and (not ids or found[2]):
        part = found[1] or found[2] or found[3] or found[4]
        ids.append(_BEHIND.get(part, part.replace(" ", "")))
        text = _cut(text, found)
    return text


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} ,{text[found.end() :]}"


def _range(found: re.Match[str]) -> str:
    return f" {found[1]}~{found[2]}"


def _scottish_behind(text: str) -> re.Match[str] | None:
    """ "14 High Street 3R"; but "Elm Cottage, 3R Mill Lane" is number 3R, as without the cottage."""
    found = _SCOTTISH_BEHIND.search(text) if _DIGIT_LETTER.search(text) else None
    return found if found and (found[1][1] not in "lr" or _HOUSE.search(text, 0, found.start())) else None


def _unsaid(text: str) -> tuple[str, list[str]]:
    """A unit that nothing but its place gives away: "2/14 High Street", "A, 12 Mill Lane"."""
    if found := _scottish_behind(text):
        return _cut(text, found), [found[1]]
    if _LETTER_DIGIT.search(text) and (found := _INITIAL.search(text)):
        return _cut(text, found), [found[1] or found[2]]
    if "/" in text and (found := _BEHIND_STREET.search(text)):
        return _cut(text, found), [found[1]]
    if "/" in text and (found := SLASH.search(text)):
        return f"{text[: found.start(1)]}{text[found.start(2) :]}", [found[1]]
    if _LETTER_COLUMN.search(text) and (found := _LETTER_AFTER.search(text)):
        # "13, C": 13C, or Flat C of 13.
        return f"{text[: found.start()]}{text[found.end() :]}", [f"?{found[1]}"]
    if (found := _APART.match(text)) or ((found := _APART_HOUSE.match(text)) and _is_block(found[2])):
        return text[found.end(1) :].lstrip(" ,"), [found[1]]
    if found := _first_of_two(text):
        # "2, 14 High Street": the first is the flat; "12 12 High Street" is only said twice.
        rest = text[found.end() :]
        if rest.startswith(f"{found[1]},"):
            return text[: found.start(1)] + rest, [SOME]  # "3, 3, Mill Lane": Flat 3 of 3, or said twice
        if (house := _WHOLE_NUMBER.match(rest)) and are_neighbours(found[1], house[0]):
            return f"{text[: found.start(1)]}{found[1]}~{rest}", []  # "12, 14 High Street", as "12/14"
        again = rest.startswith(f"{found[1]} ")
        return text[: found.start(1)] + rest, [] if again else [found[1]]
    return text, []


def _is_block(name: str) -> bool:
    """ "5, Elm Court, 14 High Street": a building is named between the flat and its house."""
    kind = name.split()[-1:]
    return not street_words("GB").building.isdisjoint(
        street_words("GB").expanded.get(word, word) for word in kind
    )


def _first_of_two(text: str) -> re.Match[str] | None:
    """A number before another one."""
    if _DIGIT_COLUMN.search(text) and (found := _ALONE.search(text)):
        return found
    return _TWO.search(text) if _TWO_NUMBERS.search(text) else None


def _floor(found: re.Match[str]) -> str:
    first, second, side, numbered, basement, initials, lone_side, welsh = found.groups()
    if numbered:
        return str(int(numbered))
    if initials or welsh:
        return _INITIALS[initials or welsh]
    if lone_side:
        return {"back": "rear"}.get(lone_side, lone_side)
    levels = [_INITIALS.get(each) or level(each) for each in (first or basement, second) if each]
    where = {"back": "rear"}.get(side or "", side or "")
    return " ".join(filter(None, ("+".join(levels), where)))
