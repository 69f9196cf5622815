"""A UK line as typed to plain text: folded, commas between parts, joined and mistyped words mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mast_intake.address.flats import DWELLING, in_order
from mast_intake.address.kinds import is_refuge
from mast_intake.address.street_words import street_words
from mast_intake.normalise import fold

GLUE: Final = "."
"""Holds "block.2" together: that number is the name's, not the house's. Other full stops are gone by then."""

LOCATIONS: Final = {
    "basement": "b", "bsmt": "b", "sub basement": "sb", "lower ground": "lg", "raised ground": "rg",
    "upper ground": "ug", "ground": "0", "gnd": "0", "grd": "0", "grnd": "0",
    "lg": "lg", "ug": "ug", "top": "top",
    "bottom": "bottom", "attic": "top", "garden": "garden", "upper": "upper", "lower": "lower",
    "mezzanine": "m", "middle": "middle", "half landing": "landing", "upstairs": "upstairs",
    "downstairs": "downstairs",
}  # fmt: skip
_ENDS: Final = ("st", "nd", "rd", "th")
_TENS: Final = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
_FEW: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NTH: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
IN_WORDS: Final = {
    **{word: str(number) for number, word in enumerate((*_FEW, *_TEENS), 1)},
    **{f"{ten}y": str(10 * number) for number, ten in enumerate(_TENS, 2)},
}
"""Numbers of one word; "twenty one" is two of them."""
ORDINALS: Final = {
    **LOCATIONS,
    **{word: str(number) for number, word in enumerate((*_NTH, *(f"{teen}th" for teen in _TEENS)), 1)},
    "twelfth": "12",
    **{f"{ten}ieth": str(10 * number) for number, ten in enumerate(_TENS, 2)},
    **{
        f"{ten}y {nth}": str(10 * number + few)
        for number, ten in enumerate(_TENS, 2)
        for few, nth in enumerate(_NTH, 1)
    },
}
"""Floors as said in words, and how they are kept; :func:`level` knows "11th" as well."""
ORDINAL: Final = rf"\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(sorted(ORDINALS, key=len, reverse=True))}"
"""An expression for each of them."""


def level(said: str) -> str:
    """How a floor is kept.

    Example:
        >>> level("11th"), level("twenty first"), level("lower ground")
        ('11', '21', 'lg')
    """
    return ORDINALS.get(said) or str(int(said[:-2]))


_WORDS: Final = street_words("GB")
_VOCABULARY: Final = _WORDS.street | _WORDS.building | _WORDS.direction | set(_WORDS.expanded)
_BREAKS: Final = re.compile(r"[\n\r;|()\[\]]+")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\uff0d]")
_CAMEL: Final = re.compile(r"([a-z]{2})([A-Z][a-z]+)\b")
_MARKS: Final = re.compile(r"[^\w ,/&~\-]")
_CAMEL_INSIDE: Final = re.compile(r"[A-Z](?<=[a-z]{2}[A-Z])")
_JOINED: Final = re.compile(r"\d(?:(?<=[a-z]\d)|(?=[a-z]{3}))")
"""In every line with a number joined to a word. What begins with a sign that is rare is found much faster."""
_CARE_OF: Final = re.compile(r"(?:^|(?<=,))\s*c\s*/\s*o\b[^,]*|(?:^|(?<=,))\s*care of\b[^,]*")
_UNIT_JOINED: Final = re.compile(
    r"\b(flat|flt|fflat|apartment|apt|unit|room|rm|suite|bedsit|no|num)(\d+[a-z]?)\b"
)
_NUMBER_JOINED: Final = re.compile(r"\b(\d+)(?!st\b|nd\b|rd\b|th\b|half\b)([a-z]{3,})")
_RANGE: Final = re.compile(r"\b(\d+[a-z]?)\s*(?:-|\bto\b)\s*(\d+[a-z]?)\b")
_FLAT_OF_RANGE: Final = re.compile(
    rf"\b((?:{'|'.join(DWELLING)}|fl|unit|room|rm)\s+\d*[a-z]?)\s*-\s*(?=\d+[a-z]?\s*-\s*\d)"
)
"""Of "Flat 2 - 12-14 High Street" the range is the house's."""
_THRICE: Final = re.compile(r"(?<=[a-z])([a-hj-vx-z])\1\1")
"""No word has a letter three times; a numeral has (iii), and so has what a page begins with."""
_SLIP_AND_TWO: Final = re.compile(r"\b([a-z]{3,})(?=\s+\d+[a-z]?\s*-\s*\d)")
_STROKE_AND_HOUSE: Final = re.compile(r"(\b\d/\d+)\s+-\s*(?=\d)")
_LETTERS: Final = re.compile(r"\b(\d+)\s?([a-z])\s*-\s*([a-z])\b")
_BOTH: Final = re.compile(r"\b(\d+[a-z]?)\s*and\s*(\d+[a-z]?)\b")
_SUFFIX_APART: Final = re.compile(r"\b(\d+)\s*[-/]\s*([a-z])(?=[\s,])")
_POINTED: Final = re.compile(r"\b(\d+)(?:\.|\s*:\s*)(\d+)(?=\s+[a-z])")
_STROKE_APART: Final = re.compile(r"(?<=\d)\s*/\s*(?=\d)")
_SUFFIX_COLUMN: Final = re.compile(
    r"(?:^|(?<=,))(\s*\d+)\s*,\s*([a-xz])(?=\s+(?!block|wing)[a-z]{2,}\s+[a-z])"
)
_LETTER_COLUMN: Final = re.compile(r", ?[a-xz] ")
_IN_BRACKETS: Final = re.compile(r"(?<=\d)\s*\(([A-Za-z])\)|\(\s*(\d{1,3}[A-Za-z]?|[A-Za-z])\s*\)")
_HASH: Final = re.compile(r"(\d[^#]*(?<!\d)[a-z]{2}\s*,?\s*)#\s*(?=\d)")
_FLOORS_HIGH: Final = 3
"""Up to this floor "1/f" is one; a higher number has a suffix."""
_SHORT_FLOOR: Final = re.compile(rf"\b({ORDINAL})\s+(?:fl|flr|flor)\b")
_NUMBER_SIGN: Final = re.compile(r"\b(?:no|num|number)\s+(?=\d)")
_ZEROS: Final = re.compile(r"(?<![^\s,])0+(?=[1-9]\d*[a-z]?(?:[\s,~]|$))")
"""Before a number; that of a damaged postcode (SP1 04EU) stays."""
_BLOCKS: Final = frozenset(
    {
        "block", "tower", "ward", "phase", "wing", "building", "entrance", "stair", "staircase", "house",
        "bldg",
    }
)  # fmt: skip
_WORD_MARK: Final = re.compile(r"[/~&-]")
_BLOCK: Final = re.compile(
    rf"\b({'|'.join(sorted(_BLOCKS, key=len, reverse=True))})\s(?=(?:\d+|[a-z])\s*(?:,|$))"
)
_HALF: Final = re.compile(r"(?<=\d)\s*(?:\u00bd|1/2\b)")


def plain(line: str) -> str:
    """The folded line with one space between words and a comma between parts.

    Example:
        >>> plain("Falt 2; 14\u201316 HighStreet (Walsall)")
        'flat 2, 14~16 high street , walsall,'
    """
    text = _BREAKS.sub(",", _IN_BRACKETS.sub(r"\1 \2 ", line) if "(" in line else line)
    if not text.isascii():
        text = _HALF.sub("half", _DASHES.sub("-", text))
    if not (text.isupper() or text.islower()) and _CAMEL_INSIDE.search(text):
        text = _CAMEL.sub(_camel_apart, text)
    text = fold(text) + " "
    if "c" in text and ("/" in text or "care" in text):
        text = _CARE_OF.sub(_kept_of_care, text)
    text = in_order(text)
    if "/2" in text:
        text = _HALF.sub("half", text)
    if "#" in text:
        text = _HASH.sub(r"\1flat ", text.replace("box #", "box "))
    if "." in text or ":" in text:
        text = _POINTED.sub(_stroke, text)
    text = _MARKS.sub(" ", text.replace("+", "&").replace("_", " ")).replace(" at,", ",")
    if "&" in text:
        text = text.replace("&", " and ")
    if "-" in text or " to " in text or " and " in text:
        text = _ranges(text)
    words = _mended(_parted(_numbers_apart(text)).replace(",", ", ").split())
    text = " ".join(words)
    # A mark may be before the block: "14/block a".
    return text if _BLOCKS.isdisjoint(words) and not _WORD_MARK.search(text) else _BLOCK.sub(_glued, text)


def _numbers_apart(text: str) -> str:
    """Numbers without a sign before them, nor joined to a word."""
    if "no " in text or "num" in text:
        text = _NUMBER_SIGN.sub("", text)
    if " 0" in text or ",0" in text or text[0] == "0":
        text = _ZEROS.sub("", text)
    if _JOINED.search(text):
        text = _NUMBER_JOINED.sub(_apart, _UNIT_JOINED.sub(r"\1 \2", text))
    return text


def _parted(text: str) -> str:
    """Suffixes and floors that marks or an abbreviation keep from being seen."""
    if "/" in text:
        text = _SUFFIX_APART.sub(_suffix, _STROKE_APART.sub("/", text))
    if " fl" in text and (" fl " in text or " fl," in text or " flr" in text):
        text = _SHORT_FLOOR.sub(r"\1 floor", text)
    return _SUFFIX_COLUMN.sub(r"\1\2", text) if _LETTER_COLUMN.search(text) else text


def spelt(text: str) -> str:
    """Abbreviations written out; ``st`` is saint at the start or before another street word.

    Example:
        >>> spelt("st johns rd"), spelt("high st")
        ('saint johns road', 'high street')
    """
    found = _THRICE.sub(r"\1\1", text.replace("/", " ").replace("~", "-").replace(GLUE, " ")).split()
    expanded = _WORDS.expanded
    if len(found) > 1 and found[0] in _NO_NAMES:
        found[0] = expanded[found[0]]
    if len(found) > 1 and found[0] in ("y", "yr"):
        del found[0]  # the article of a Welsh name, as often left out
    written: list[str] = []
    for at, word in enumerate(found):
        if at and word in _TYPE_SLIPS:
            word = _TYPE_SLIPS[word]
        if word in ("st", "saint"):
            saint = at == 0 or any(expanded.get(later) in TYPES for later in found[at + 2 :])
            last = at == len(found) - 1 and at > 0
            written.append("street" if last or not saint else "saint")
        else:
            # The first word is a name: "Park Road", not "pk"; "Dr" there is no drive.
            written.append(expanded.get(word, word) if at else word)
    return " ".join(written)


TYPES: Final = _WORDS.street | _WORDS.building
_NO_NAMES: Final = frozenset(("grn", "pk", "stn"))
"""Abbreviations that no street is called: what they stand for is its name ("Pk Road")."""


def ends_in(text: str, kinds: frozenset[str]) -> bool:
    """Whether the last word, or the one before a direction, is of those; a lone word is a name."""
    words = text.split()
    while len(words) > 1 and words[-1] in _WORDS.direction:
        words.pop()
    return len(words) > 1 and _WORDS.expanded.get(words[-1], words[-1]) in kinds


def _kept_of_care(found: re.Match[str]) -> str:
    """Who somebody is cared for by says nothing of the place, unless it must not be found."""
    return found[0] if is_refuge(found[0]) else ""


def _apart(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]}"


def _stroke(found: re.Match[str]) -> str:
    """ "14.2 High Street": which of the two is the house's is no surer than of "14/2"."""
    return f"{found[1]}/{found[2]}" if int(found[1]) > int(found[2]) else f"{found[1]} {found[2]}"


def _suffix(found: re.Match[str]) -> str:
    if found[2] == "f" and int(found[1]) <= _FLOORS_HIGH:
        return found[0]
    return f"{found[1]}{found[2]}"


def _glued(found: re.Match[str]) -> str:
    return f"{found[1]}{GLUE}"


def _camel_apart(found: re.Match[str]) -> str:
    """HighStreet, FloorFlat: only before a word that is known, for capitals are mistyped everywhere."""
    word = found[2].lower()
    known = word in _VOCABULARY or word in _UNIT_WORDS
    return f"{found[1]} {found[2]}" if known else found[0]


def _ranges(text: str) -> str:
    text = _SLIP_AND_TWO.sub(lambda found: _SLIPS.get(found[1], found[1]), text)
    text = _STROKE_AND_HOUSE.sub(r"\1, ", _FLAT_OF_RANGE.sub(r"\1, ", text))
    text = _LETTERS.sub(r"\1\2~\1\3", text)
    if "/" not in text:
        text = _SUFFIX_APART.sub(_suffix, text)
    text = _RANGE.sub(r"\1~\2", text)
    text = _BOTH.sub(r"\1~\2", text)
    return text.replace("-", " ")


_UNIT_WORDS: Final = frozenset((*DWELLING, "floor", *(name for name in ORDINALS if name.isalpha())))
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"


def slips(word: str) -> Iterator[str]:
    """Every word one slip of the keys away.

    Example:
        >>> {"eml", "el", "elms", "ilm", "elm"} <= set(slips("elm")), len(set(slips("elm")))
        (True, 182)
    """
    for at in range(len(word)):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _ALPHABET:
            yield head + letter + tail[1:]
            yield head + letter + tail
    yield from (word + letter for letter in _ALPHABET)


_MENDED: Final = (
    "floor",
    "flat",
    "apartment",
    "ground",
    "first",
    "second",
    "third",
    "basement",
    "maisonette",
)
_SLIPS: Final = {
    slip: word
    for word in _MENDED
    for slip in slips(word)
    if len(slip) > 2 and slip not in _VOCABULARY and slip not in _UNIT_WORDS
} | {"ft": "flat", "floorflat": "floor flat", "flr": "floor"}
_OTHER_WORDS: Final = frozenset(
    {
        "broad", "read", "palace", "lace", "count", "lake", "land", "line", "late", "lame", "lade",
        "lance", "plane", "groves", "grave", "groove", "driver", "drives", "streets", "garden", "gardener",
        "lanes", "roads", "roan", "toad", "rood", "closes", "courts", "places", "squared", "cottages",
        "lodges", "code", "loge", "avenues", "apartment", "height", "weights", "eights", "horse", "mouse",
        "louse", "rouse", "douse", "hose", "houses",
    }
)  # fmt: skip
"""Words of streets that are no slip of a type."""
_TYPE_SLIPS: Final = {
    slip: word
    for word in (
        "apartments", "heights", "house",
        "lodge", "cottage", "court", "lane", "place", "square", "grove", "gardens", "drive", "terrace",
        "crescent", "close", "avenue", "street", "road",
    )
    for slip in slips(word)
    if len(slip) > 3 and slip not in _VOCABULARY and slip not in _OTHER_WORDS and slip not in TYPES
}  # fmt: skip
_FLOORS: Final = frozenset(
    (*(name for name in ORDINALS if " " not in name), *(f"{at}{end}" for at in range(100) for end in _ENDS))
)
_LOOKED_AT: Final = 16
"""Words from the start in which a mistyped unit is looked for."""
_IDENTIFIER: Final = re.compile(r"[a-z]?\d+[a-z]?,?|[a-z],?")


_COUNTED: Final = frozenset((*DWELLING, "unit", "room", "rm", "bedroom", "suite", "floor", "level", "plot"))


def _in_figures(words: list[str]) -> tuple[list[str], list[str]]:
    """ "Flat two", "Flat twenty one": a number in words, where it is that of a flat, a room or a floor."""
    said: list[str] = []
    ahead = iter(range(len(words)))
    for at in ahead:
        word = words[at].rstrip(",")
        number = IN_WORDS.get(word)
        before = next((each for each in reversed(said) if each not in ("no", "number")), "").rstrip(",")
        if number is None or before not in _COUNTED:
            said.append(words[at])
            continue
        following = words[at + 1] if at + 1 < len(words) and word == words[at] else ""
        few = IN_WORDS.get(following.rstrip(","), "")
        if number[-1] == "0" and number != "10" and len(few) == 1:
            said.append(f"{number[0]}{few}{',' * following.endswith(',')}")
            next(ahead)
        else:
            said.append(f"{number}{words[at][len(word) :]}")
    return said, [word.rstrip(",") for word in said[:_LOOKED_AT]]


def _mended(words: list[str]) -> list[str]:
    """Mistyped flats and floors, where the words around show that they are meant: "Falt 2", "Gruond Flor"."""
    head = [word.rstrip(",") for word in words[:_LOOKED_AT]]
    if not IN_WORDS.keys().isdisjoint(head):
        words, head = _in_figures(words)
    if _SLIPS.keys().isdisjoint(head):
        return words
    meant = [_SLIPS.get(word, word) for word in head]
    for at, word in enumerate(head):
        if meant[at] == word:
            continue
        before = meant[at - 1] if at else ""
        after = meant[at + 1] if at + 1 < len(meant) else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        comma = words[at][len(word) :]
        if meant[at] in _FLOORS:
            fits = not comma and after.startswith(("floor", "flat"))
        elif meant[at].startswith("floor"):
            fits = before in _FLOORS
        else:
            fits = (
                before.startswith("floor")
                or before in _FLOORS
                or (not comma and _IDENTIFIER.fullmatch(following) is not None)
            )
        if fits:
            words = [*words[:at], meant[at] + comma, *words[at + 1 :]]
    return words
