"""Finds the postcode in a UK line, however it is spaced, and takes it out."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.normalise import outward
from mast_intake.normalise import postcode as read_postcode

_INWARD: Final = 3
_POSTCODE: Final = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*[\do][a-z]{2}\b")


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
