"""UK lines with a house number: which number it is, the street behind it, and what stands before it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mast_intake.address.draft import EITHER, WORDS, Draft, is_street, is_typed, spelt, street_and_rest
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.plain import ends_in
from mast_intake.address.units import OF_A_HOUSE, PART_ENDS, part_and_rest, part_of, unread_part

_NUMBER: Final = r"\d+(?:half)?[a-z]?(?:~\d+[a-z]?)?"
# A letter set apart is the number's, but for the article of a Welsh street ("14 Y Stryd Fawr").
_AT_START: Final = re.compile(rf"({_NUMBER})(?:\s(y(?=$)|[a-xz])(?=\s|$))?(?=\s|$)\s*(.*)")
_INSIDE: Final = re.compile(rf"(.*\S)\s+({_NUMBER})(?:\s([a-xz])(?=\s))?\s+([a-z].*)")
_AT_END: Final = re.compile(rf"([a-z].*\S)\s+({_NUMBER})")
_DIGIT: Final = re.compile(r"\d")
_ORDINAL_WORD: Final = re.compile(r"\d+(?:st|nd|rd|th)\b")
_BARE: Final = re.compile(r"\d+[a-z]?(?:-\d+[a-z]?)?")
_SHORT: Final = re.compile(r"\w*\d\w*|[a-z]{1,2}|[b-df-hj-np-tv-xz]{3}")
"""Nothing that a house or a town is called: initials of somebody's own for a part of the house."""
_LETTERS_OF_A_PART: Final = 3
"""Of "Block A", "Tower 12": a longer last word is that of a town, if it is none of a part of a house."""
_SIDE_LETTERS: Final = frozenset("nsew")
_SECOND: Final = re.compile(r"(?:^|\s)\d+[a-z]?(?:-\d+[a-z]?)?(?:$|(\s[a-z]{2}))")
"""A number where a town should be; with words behind it that of another house."""
_COMPASS: Final = frozenset(("north", "south", "east", "west"))
_BLOCKS: Final = frozenset(
    {
        "apartments", "block", "building", "buildings", "chambers", "court", "flats", "heights", "house",
        "mansions", "point", "tower", "towers",
    }
)  # fmt: skip
"""Types of buildings that have flats. A cottage or a lodge may have a number as well as its name."""
_BLOCK: Final = re.compile(
    r"\b(block|wing|stair|staircase|entrance|tower|phase|building|house)[ .]([a-z]|\d+[a-z]?)(?=\s|$)"
    r"|\b(north|south|east|west|left|right|front|rear)(?:ern)? (block|wing|tower|entrance)\b"
)
"""A part of the house that has flats of its own: Flat 1 of Block A is not Flat 1 of Block B."""
_ORGANISATIONS: Final = frozenset(
    {
        "limited", "ltd", "plc", "llp", "surgery", "church", "nhs", "club", "nursery", "school", "hospital",
        "refuge", "refuges", "ymca", "prison", "hmp", "shelter", "care", "home", "hostel", "pub", "bank",
        "college", "university", "aid", "trust", "council", "services",
    }
)  # fmt: skip
_SIDES: Final = ("upper", "lower")
"""Of a street, where they are behind it and no comma is between."""
_FILLERS: Final = frozenset(
    {
        "of", "at", "in", "on", "the", "and", "number", "property", "living", "staying", "currently", "now",
        "over", "above", "behind", "below",
    }
)  # fmt: skip
"""Words about a house that are no part of what it is called."""


class _Numbered(NamedTuple):
    """A segment that has a number: that, what stands before it, and what behind."""

    number: str
    before: str
    after: str


def take_number(draft: Draft) -> PlaceKind | None:
    """Number, street, name and the rest, when some segment has a number; or why the line has no one house."""
    found = enumerate(map(_number_of, draft.segments))
    numbered = [(at, parts) for at, parts in found if parts]
    if not numbered:
        return None
    at, house = numbered[0]
    second = numbered[1][1] if len(numbered) > 1 else None
    if not draft.unit and second and _is_flat(house, second):
        # "12 Sycamore Court, 5 High Street": twelve is the flat.
        draft.unit, draft.name = house.number, spelt(house.before or house.after)
        at, house = numbered[1]
    elif second and house.after and second.after:
        if ends_in(spelt(house.after), WORDS.street) and ends_in(spelt(second.after), WORDS.street):
            return PlaceKind.SEVERAL
    elif at == 0 and not draft.unit and _is_flat_of(house.after, draft.segments[1:]):
        draft.unit = house.number
        draft.segments = [part for part in (house.after, *draft.segments[1:]) if part]
        return None
    inner = _inner(draft, house)
    if inner is None:
        return PlaceKind.SEVERAL
    _place(draft, at, inner)
    return _unread(draft)


def _number_of(segment: str) -> _Numbered | None:
    if not _DIGIT.search(segment):
        return None
    if _ORDINAL_WORD.match(segment):
        return None
    if found := _AT_START.fullmatch(segment):
        return _Numbered(f"{found[1]}{found[2] or ''}".replace("~", "-"), "", found[3])
    if (found := _INSIDE.fullmatch(segment)) and is_typed(spelt(found[4])):
        return _Numbered(f"{found[2]}{found[3] or ''}".replace("~", "-"), found[1], found[4])
    if found := _AT_END.fullmatch(segment):
        if is_street(found[1]):
            return _Numbered(found[2].replace("~", "-"), "", found[1])
        return _Numbered(found[2].replace("~", "-"), found[1], "")
    return None


def _is_flat(house: _Numbered, second: _Numbered) -> bool:
    """Whether a number is that of a flat in a building named with it, and the house's is the second."""
    if house.after:
        return ends_in(house.after, WORDS.building) or _BLOCK.fullmatch(house.after) is not None
    return bool(house.before and second.after)  # "The Point 12, 14 High Street"


def _is_flat_of(after: str, following: list[str]) -> bool:
    """ "4, Ullswater Tower, High Street": a block, and the street it is in; four is the flat."""
    block, street, *rest = [*filter(None, (after, *following)), "", ""]
    if _DIGIT.search(street):
        return False  # "5, Elm Court, 14 High Street": that has a number of its own
    # "The Rectory, Netherley Bank, Walsall"; but "The Delves, Walsall" is a part of it.
    called = street.startswith("the ") and len([*filter(None, rest)]) > 1
    in_street = called or ends_in(street_and_rest(street, alone=True)[0], WORDS.street)
    return ends_in(spelt(block), _BLOCKS) and in_street


def _inner(draft: Draft, house: _Numbered) -> _Numbered | None:
    """The house where two numbers stand in one segment ("12 Oak House 3 Mill Lane"); None for two houses."""
    if not _DIGIT.search(house.after) or not (found := _INSIDE.fullmatch(house.after)):
        return house
    between, street = found[1], found[4]
    if not is_typed(spelt(street)):
        return house
    if not draft.unit and (between == "of" or ends_in(between, WORDS.building) or _BLOCK.fullmatch(between)):
        draft.unit = house.number
        name = "" if between == "of" else between
        return _Numbered(f"{found[2]}{found[3] or ''}".replace("~", "-"), name, street)
    # "12 High Street Walsall 14 Low Road": the first street ends before its town.
    return None if not WORDS.street.isdisjoint(spelt(between).split()[1:]) else house


def _place(draft: Draft, at: int, house: _Numbered) -> None:
    preceding, following = draft.segments[:at], draft.segments[at + 1 :]
    after = house.after
    if not after:
        after, preceding, following = _street_of(preceding, following)
    named = preceding and ends_in(spelt(preceding[-1]), EITHER)  # "Hill View, 14 Cheapside"
    if preceding and not named and is_street(preceding[-1]) and not is_typed(spelt(after)):
        following = [after, *following]  # "High Street, 14 Walsall"
        after = preceding.pop()
    street, part, locality = _street_and_part(after, alone=not following)
    if preceding and not following and not locality and not is_typed(street):
        street, locality = "", street  # "Maple Court, 12 Walsall": the street was left out
    draft.number, draft.street = house.number, street
    draft.rest = [part for part in (part, locality, *map(spelt, following)) if part]
    names = [draft.name] if draft.name else preceding
    before = [part for part in (*names, house.before) if part]
    if before:
        _take_before(draft, before)
    if draft.name:
        draft.unit = f"{draft.unit} {block_of(draft.name)}".strip()


def _street_and_part(text: str, *, alone: bool) -> tuple[str, str, str]:
    """A street, the part of the house said behind it, and the rest: "High Street rear, Walsall"."""
    if (found := _BLOCK.search(text)) and ends_in(text[: found.start()], WORDS.street):
        # "14 High Street Block A Walsall": a block is a type of street as well.
        return spelt(text[: found.start()]), spelt(found[0]), spelt(text[found.end() :])
    street, rest = street_and_rest(text, alone=alone)
    if alone:
        part, left = part_and_rest(rest)
        if left and not part and left not in _SIDES and _part_behind(left, street):
            part, left = left, ""
        return street, part, left
    last = street.rpartition(" ")[2]
    if last in PART_ENDS or len(last) == 1 or not OF_A_HOUSE.isdisjoint(street.split()):
        typed, behind = street_and_rest(text, alone=True)
        if behind not in _SIDES and _part_behind(behind, typed):
            return typed, behind, ""
    return street, "", rest


def _street_of(preceding: list[str], following: list[str]) -> tuple[str, list[str], list[str]]:
    """The street of a number that stands alone, and what is left before and after.

    It follows the number; or stands before it ("High Street, 14, Walsall"); or was left out after a
    name ("Maple Court, 12, Walsall").
    """
    if following and is_street(following[0]):
        return following[0], preceding, following[1:]
    if preceding and is_street(preceding[-1]):
        return preceding[-1], preceding[:-1], following
    if len(following) == 1 and preceding:
        return "", preceding, following
    return (following[0], preceding, following[1:]) if following else ("", preceding, following)


def _take_before(draft: Draft, parts: list[str]) -> None:
    """What stands before the number: a part of the house, or what it is called, and perhaps where it is."""
    names: list[str] = []
    for part in parts:
        said = part.split()
        while said and said[0] in _FILLERS - {"the"}:
            del said[0]
        while said and said[-1] in _FILLERS:
            said.pop()
        called = said[1:] if said[:1] == ["the"] else said
        if len(called) == 1 and _SHORT.fullmatch(called[0]):
            known = called[0] if len(called[0]) == 1 else f"?{called[0]}"
            draft.unit = f"{draft.unit} {known}".strip()
        elif unit := _part_before(" ".join(said), flat=bool(draft.unit)):
            draft.unit = f"{draft.unit} {unit}".strip()
        elif said:
            names.append(" ".join(said))
    draft.name = spelt(" ".join(names))
    draft.perhaps = spelt(" ".join(each for each in names if not names_a_house(each)))


def _part_before(said: str, *, flat: bool) -> str:
    """The part of the house that words before its number are: read, or by just those words; or empty."""
    if unit := part_of(said):
        return unit
    words = said.split()
    called = [word for word in words if word not in OF_A_HOUSE]
    if flat and (not called or names_a_house(" ".join(called))):
        return ""  # "7, Flat Maple Court, 12, Fir Lane": words exchanged, and the court is no flat
    if unit := unread_part(said):
        return unit
    # "Flat 1 North, 14 High Street": no town is written between a flat and its house in one word of these.
    return f"?{''.join(words)}" if flat and words and _COMPASS.issuperset(words) else ""


def block_of(name: str) -> str:
    """The part of a numbered house that a name says: its flats are not those of another part.

    Example:
        >>> block_of("block a mill court"), block_of("mill court")
        ('blocka', '')
    """
    found = _BLOCK.search(name)
    return f"{found[1] or found[4]}{found[2] or found[3]}" if found else ""


def names_a_house(text: str) -> bool:
    """Whether some words are plainly what a house, a block or who is in it is called.

    Example:
        >>> names_a_house("rose cottage"), names_a_house("walsall")
        (True, False)
    """
    said = spelt(text).split()
    return (
        not WORDS.building.isdisjoint(said)
        or not _ORGANISATIONS.isdisjoint(said)
        or (len(said) > 1 and (said[-1] in EITHER or said[0] == "the"))
        or _DIGIT.search(text) is not None
    )


def _part_behind(part: str, street: str) -> str:
    """The part of the house that is said behind its street: as before its number, or a letter by itself."""
    last = part.rpartition(" ")[2]
    if len(last) > _LETTERS_OF_A_PART and last not in PART_ENDS and part.partition(" ")[0] not in PART_ENDS:
        return ""  # a town, as nearly always
    if len(part) == 1 and part.isalpha():
        side = part in _SIDE_LETTERS and ends_in(street, WORDS.street)
        return "" if side else f"?{part}"
    return block_of(part) if _BLOCK.fullmatch(part) else part_of(part) or unread_part(part)


def _unread(draft: Draft) -> PlaceKind | None:
    """Whether a number is left that is neither the house's nor the flat's: then nobody can tell which is."""
    if _DIGIT.search(draft.name) or _DIGIT.search(draft.street):
        named = _BLOCK.sub("", draft.name)
        if any(_BARE.fullmatch(word) for word in f"{named} {draft.street}".split()):
            return PlaceKind.UNPARSED
    parts = [_part_behind(part, draft.street) for part in draft.rest]
    draft.unit = " ".join(filter(None, (draft.unit, *parts)))  # "14 High Street, front bedroom"
    draft.rest = [part for part, unit in zip(draft.rest, parts, strict=True) if not unit]
    return _second_number(draft)


def _second_number(draft: Draft) -> PlaceKind | None:
    """Why a line with a number where its town should be has no one house, if it is no part of the house."""
    for at, part in enumerate(draft.rest):
        if not _DIGIT.search(part) or not (found := _SECOND.search(part)):
            continue
        alone = " " not in part
        if found[1] or (alone and (draft.unit or any(map(is_street, draft.rest[at + 1 :])))):
            return PlaceKind.UNPARSED
        said = draft.rest.pop(at).replace(" ", "")
        draft.unit = f"{draft.unit} ?{said}".strip()  # "14 High Street, 2"
        break
    return None
