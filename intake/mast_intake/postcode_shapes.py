"""Which texts have the shape of a UK postcode, by the rules that Royal Mail publishes.

Nothing here says whether there is such a postcode: new ones are made every month.
"""

from __future__ import annotations

import re
from typing import Final

_AREA_FIRST: Final = "[A-PR-UWYZ]"
"""Q, V and X begin no area."""
_AREA_SECOND: Final = "[A-HK-Y]"
"""I, J and Z are never second."""
_AFTER_LETTER: Final = "[A-HJKPSTUW]"
"""What may close an outward half of one letter and a digit, as in W1A."""
_AFTER_LETTERS: Final = "[ABEHMNPRV-Y]"
"""The same after two letters, as in EC1A."""
_INWARD: Final = r"\d[ABD-HJLNP-UW-Z]{2}"
"""C, I, K, M, O and V are never in the inward half: written by hand they are taken for others."""

_ONE_LETTER: Final = rf"{_AREA_FIRST}[1-9](?:\d|{_AFTER_LETTER})?"
_TWO_LETTERS: Final = rf"{_AREA_FIRST}{_AREA_SECOND}(?:\d|[1-9](?:\d|{_AFTER_LETTERS}))"
_OUTWARD: Final = f"(?:{_ONE_LETTER}|{_TWO_LETTERS})"
_WHOLE_SHAPE: Final = re.compile(_OUTWARD + _INWARD, re.ASCII)
_OUTWARD_SHAPE: Final = re.compile(_OUTWARD, re.ASCII)


def is_postcode(text: str) -> bool:
    """Whether it could be a whole postcode, in capitals without a space.

    Example:
        >>> is_postcode("WS11AA"), is_postcode("EC1A1BB"), is_postcode("WS1"), is_postcode("QS11AA")
        (True, True, False, False)
    """
    return _WHOLE_SHAPE.fullmatch(text) is not None


def is_outward(text: str) -> bool:
    """Whether it could be the outward half of one.

    Example:
        >>> is_outward("WS1"), is_outward("W1A"), is_outward("WS11AA")
        (True, True, False)
    """
    return _OUTWARD_SHAPE.fullmatch(text) is not None
