"""Which records of the plain resolver's world may be of two relatives, whatever they weigh."""

from __future__ import annotations

from mast_resolver.ports import Mistaken
from mast_resolver.records import Encoding, MatchWeight


def name_of(record: Encoding) -> int:
    """Four names there are, one of which is none."""
    return _place(record) % 4


def relatives(left: Encoding, right: Encoding) -> Mistaken | None:
    """Some pairs of two names; some of these plainly, and what is void is anything from nothing on."""
    both = _place(left) + _place(right)
    if name_of(left) == name_of(right) or both % 3:
        return None
    return Mistaken(MatchWeight(250 * (both % 5)), both % 2 > 0, "on one line")


def _place(record: Encoding) -> int:
    return int.from_bytes(record.tokens["place"], "big")
