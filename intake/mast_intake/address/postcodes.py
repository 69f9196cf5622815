"""Finds the postcode in a UK line, however it is spaced, and takes it out."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.normalise import outward
from mast_intake.normalise import postcode as read_postcode
from mast_intake.postcode_shapes import is_outward

_INWARD: Final = 3
_POSTCODE: Final = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*[\do][a-z]{2}\b")

_END: Final = r"\s*(?=,|$)"
_DAMAGED: Final = (
    # Either half may be wrong; a house has no such number as "4a8" or "4ab", but for "1st".
    re.compile(
        rf"(?<![^\s,])([a-z]{{1,2}}\d[a-z\d]?)\s*(?!\d(?:st|nd|rd|th)\b)(\d(?:[a-z]\d|[a-z]{{2}})){_END}"
        # A sign too many in the outward half: "SP710 4EU".
        rf"|(?:^|(?<=,)|(?<=, ))([a-z]{{2}}\d{{3}})\s+(\d[a-z]{{2}}){_END}"
    ),
    re.compile(
        rf"(?<![^\s,])([a-z]{{1,2}}[il]\d?|\d[a-z]\d{{1,2}})\s+(?!\d(?:st|nd|rd|th)\b)(\d[a-z]{{2}}){_END}"
    ),
    re.compile(rf"(?:^|(?<=,))\s*([a-z]{{1,2}}\d[a-z\d]?)\s+([ilsz][a-z]{{2}}){_END}"),
    # "4a" and "148" are numbers as well: only at the end of a line that had one before.
    re.compile(r"(?<=\w),\s*([a-z]{1,2}\d[a-z\d]?)\s+(\d(?:[a-z]|\d[a-z\d]?)?)[\s,]*$"),
)
_HALF: Final = 2
_NUMBERED: Final = 3
"""From which of those on the outward half has to be one, and which wants a house's number before it."""
_SIGNS: Final = re.compile(r"\d(?:(?<=[a-z]\d)|(?=[a-z]{2}))")
"""In each of those, and in few lines. By its digit it is found ten times as fast as from its first sign."""
_HALF_AT_END: Final = re.compile(r"(?<=[a-z]{2})(\s*,\s*|\s)([a-z]{1,2}\d[a-z\d]?)$")
_HOUSE: Final = re.compile(r"(?:^|[\s,])\d")


def take_damaged(text: str) -> tuple[str, str, bool]:
    """The text without what was meant as a postcode and is none; its outward half if that is one; if any.

    Example:
        >>> take_damaged("14 high street, leeds, ls1 4a8"), take_damaged("14 canal street, j1x 4ab")
        (('14 high street, leeds, ,', 'LS1', True), ('14 canal street, ,', '', True))
    """
    for at, shape in enumerate(_DAMAGED if _SIGNS.search(text) else ()):
        for found in shape.finditer(text):
            half = found[1].upper() if found[1] and is_outward(found[1].upper()) else ""
            if at >= _HALF and not half:
                continue
            if at == _NUMBERED and not _HOUSE.search(text, 0, found.start()):
                continue
            return f"{text[: found.start()]},{text[found.end() :]}", half, True
    return text, "", False


def take_less(text: str, known: str) -> tuple[str, str]:
    """The text without what is less than a postcode, damaged or half of one, and its outward half.

    Where the postcode is ``known``, another half at the end is not left out.
    """
    text, half, damaged = take_damaged(text)
    return (text, half) if known or damaged else take_half(text)


def take_half(text: str) -> tuple[str, str]:
    """The text without the outward half that it ends in, behind a house and a town, and that half.

    Example:
        >>> take_half("14 high street, walsall, ws10"), take_half("14 high street, b7")
        (('14 high street, walsall', 'WS10'), ('14 high street, b7', ''))
    """
    line = text.rstrip(" ,")
    digit = line[-1:].isdigit() or line[-2:-1].isdigit()
    if not digit or not (found := _HALF_AT_END.search(line)) or not is_outward(found[2].upper()):
        return text, ""
    # "14 High Street, B7" may be a part of the house; so may no two letters and a number.
    if len(found[2].rstrip("0123456789")) == 1 and "," not in line[: found.start()].lstrip(" ,"):
        return text, ""
    return line[: found.start()].rstrip(" ,"), found[2].upper()


def take_postcode(text: str, known: str) -> tuple[str, str, int]:
    """The text without its postcode, the postcode, and how many other ones there are.

    Example:
        >>> take_postcode("4 oak road, andover sp1 04eu", "")
        ('4 oak road, andover ', 'SP104EU', 0)
    """
    codes: list[str] = []
    for found in reversed(list(_POSTCODE.finditer(text))):
        code = read_postcode(found[0], "GB")
        if code is not None:
            text = f"{text[: found.start()]},{text[found.end() :]}"
            codes.append(code)
    if codes:
        return text, codes[0], len(set(codes)) - 1
    text, code = _at_the_end(text)
    if not code and known and text.rstrip(" ,").endswith(half := f" {outward(known, 'GB').lower()}"):
        text = text.rstrip(" ,").removesuffix(half)
    return text, code, 0


def _at_the_end(text: str) -> tuple[str, str]:
    """ "SP1 04EU": whatever way the last signs are spaced. A longer word ends no such code."""
    tail = text.replace(",", " ").split()[-3:]
    if not tail or (tail[-1].isalpha() and len(tail[-1]) > _INWARD):
        return text, ""
    for size in (2, 3):
        joined = "".join(tail[-size:])
        code = read_postcode(joined, "GB") if 5 <= len(joined) <= 7 and len(tail) >= size else None
        if code and code != outward(code, "GB"):
            kept = text
            for part in reversed(tail[-size:]):
                kept = kept.rstrip(" ,").removesuffix(part)
            return kept, code
    return text, ""
