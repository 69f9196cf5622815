"""What a pair counts in its context, written plainly: as in ``plain_resolver``, whose agencies these are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor, log2
from typing import Final

from mast_resolver.ports import Constraint
from mast_resolver.records import Encoding, RecordId

Pair = tuple[RecordId, RecordId]

SHARES: Final = {
    # a holds nobody twice, b hardly anybody, c many; most of a are known to b; nothing is known of d.
    "aa": (0.98, 0.98),
    "ab": (0.3, 0.6),
    "ac": (0.9, 0.8),
    "bb": (0.9, 0.9),
    "bc": (0.5, 1.0),
    "cc": (0.6, 0.6),
}


ONE: Final = 2**40


def odds_of(millibits: int) -> int:
    """In multiples of 1 / ONE, rounded down; nothing is surer than 30 bits."""
    bits, rest = divmod(min(millibits, 30_000), 1000)
    return floor(Fraction(round(ONE * 2 ** (rest / 1000))) * Fraction(2) ** bits)


def counted(
    records: Mapping[RecordId, Encoding],
    evidence: Mapping[Pair, int],
    decisions: Mapping[Pair, Constraint],
) -> dict[Pair, int]:
    """The weights of evidence with what its context adds, by the words of ``mast_resolver.context``."""
    fits = dict(evidence)
    for pair, kind in decisions.items():
        if kind is Constraint.MUST and all(record in records for record in pair):
            fits[pair] = 30_000
        else:
            fits.pop(pair, None)
    star: dict[RecordId, dict[RecordId, int]] = {record: {} for record in records}
    for (left, right), weight in fits.items():
        star[left][right] = star[right][left] = weight

    def shares(mine: str, theirs: str) -> float:
        return SHARES[mine + theirs][0] if mine <= theirs else SHARES[theirs + mine][1]

    def side(one: RecordId, other: RecordId) -> int:
        mine, theirs = records[one].source, records[other].source
        if "d" in (mine, theirs):
            return 0
        fitting = {
            each: odds_of(weight)
            for each, weight in star[one].items()
            if each != other and records[each].source == theirs
        }
        agreeing = 0
        for each, fits in fitting.items():
            if each in star[other]:
                alike = odds_of(star[other][each])
                agreeing += fits * (alike * ONE // (ONE + alike)) // ONE
        alone = max(0, 2 * round(shares(theirs, theirs) * ONE) - ONE)
        rivals = sum(fitting.values())
        excluding = (rivals - agreeing) * alone // ONE
        nobody = round(shares(mine, theirs) * ONE)
        return round(1000 * (log2(ONE + rivals - excluding) - log2(nobody + rivals)))

    return {
        (left, right): weight + side(left, right) + side(right, left)
        for (left, right), weight in evidence.items()
    }
