"""What an issuer calls somebody: told from a name, because it goes into the audit log."""

from __future__ import annotations

import re
from typing import Final

_SUBJECT: Final = re.compile(r"[\w.@|:/+=#'!~-]{1,200}")


def is_subject(text: str) -> bool:
    """Whether it can be the subject of a token: no space is in it, and it is no longer than a claim may be.

    Example:
        >>> is_subject("officer-7"), is_subject("o'brien#EXT#@mash.example"), is_subject("Ruth Ames")
        (True, True, False)
    """
    return _SUBJECT.fullmatch(text) is not None
