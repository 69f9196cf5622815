"""Two numbers with a stroke between them: a range of houses, or a flat and its house."""

from __future__ import annotations

import re
from typing import Final

SLASH: Final = re.compile(r"(?:^|(?<=,))\s*(\d+[a-z]?|[a-z])\s*/\s*(\d+[a-z]?)(?=[\s,]|$)")
"""A flat and its house, or two houses, at the start of a part."""
_LEAST_RANGE: Final = 8
"""From this number on "12/14" is a pair of houses; below it, as in "2/4", a flat and its house."""


def with_ranges(text: str, *, known: bool) -> str:
    """ "12/14" as the range "12~14" where it can be no flat, as where one is ``known``; the rest is left.

    Example:
        >>> with_ranges("12/14 high street", known=False), with_ranges("2/14 high street", known=False)
        (' 12~14 high street', '2/14 high street')
    """

    def pair(found: re.Match[str]) -> str:
        left, right = found[1], found[2]
        if (known and left.isdigit() and right.isdigit()) or are_neighbours(left, right):
            return f" {left}~{right}"
        return found[0]

    return SLASH.sub(pair, text)


def are_neighbours(left: str, right: str) -> bool:
    """Whether two numbers are of two houses side by side, and so of a range: no flat 12 is in number 14.

    Example:
        >>> are_neighbours("12", "14"), are_neighbours("2", "4"), are_neighbours("12", "16")
        (True, False, False)
    """
    both = left.isdigit() and right.isdigit()
    return both and int(right) - int(left) == 2 and int(left) >= _LEAST_RANGE
