"""Pairs that may be of two relatives, however much they weigh: what the model takes for chance is a choice.

The model has a twin's given name follow that of anybody. Parents choose alike ones, though: what speaks for
one misspelt name speaks as well for two people. So may a number of which a person has one be somebody
else's: a new-born without a name yet is written down under the mother's. Evidence of such a pair joins like
any other, but who is held together by it alone is in doubt (:mod:`mast_resolver.doubt`). A father and son
have one name, and Snr and Jnr may be all that tells them apart; but the man who is Jnr beside his father is
Snr beside his son, so it parts nobody by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.columns import Columns
from mast_resolver.compare import MISSING, Comparison, Rows

_SILENT: Final = "missing"
_TWO_NAMES: Final = ("close", "near", "far", "initial", "different")
"""Levels at which both given names are known and not one: neither short for the other, nor exchanged."""
_SHORT: Final = {"given_name": ("nickname",)}
_IN_FULL: Final = ("given_full",)
"""A short form that is a name of its own is one more: two children may be called Jack and John, not Bill and
William."""
_NO_NUMBER: Final = {"nhs_number": (_SILENT, "different"), "national_id": (_SILENT, "close", "different")}
_BORN_TOGETHER: Final = {"date_of_birth": ("exact",), **_NO_NUMBER}
_TWINS: Final = {"given_name": _TWO_NAMES, **_BORN_TOGETHER}
_ONE_NAME: Final = {"given_name": ("exact", "nickname"), "middle_name": ("different",)}
_HERE: Final = {"place": ("premise", "street_premise")}
_IN_ONE_HOME: Final = "They may be twins: born on one day, in one home, with two given names."
_OTHER_SEX: Final = "They may be twins: born on one day, with two given names, and of different sexes."


@dataclass(frozen=True, slots=True)
class Pattern:
    """Levels that a pair has to have, and the comparison that then says nothing for one person.

    ``differ`` are tokens that both records have, and not the same: nothing is learnt of how often they do,
    so they weigh nothing. ``plain`` says that it is no slip, whoever wrote it.
    """

    levels: Mapping[str, tuple[str, ...]]
    void: str
    reason: str
    differ: tuple[str, ...] = ()
    plain: bool = False


PATTERNS: Final = (
    Pattern({**_TWINS, **_HERE}, "given_name", _IN_ONE_HOME),
    Pattern({**_TWINS, **_SHORT, **_HERE}, "given_name", _IN_ONE_HOME, _IN_FULL),
    Pattern(
        {**_ONE_NAME, **_BORN_TOGETHER, **_HERE},
        "middle_name",
        "They may be twins: born on one day, in one home, with one first name and two middle names.",
    ),
    Pattern({**_TWINS, "sex_given_alike": ("different",)}, "given_name", _OTHER_SEX),
    Pattern({**_TWINS, **_SHORT, "sex_given_alike": ("different",)}, "given_name", _OTHER_SEX, _IN_FULL),
    Pattern({**_TWINS, "sex_given_unlike": ("different",)}, "given_name", _OTHER_SEX),
    Pattern(
        {"given_name": (_SILENT,), "date_of_birth": ("month_day", "different"), "nhs_number": ("exact",)},
        "nhs_number",
        "They may be mother and child: one NHS number, two dates of birth, and a given name is missing.",
        plain=True,
    ),
    Pattern(
        {**_TWINS, "given_name": (_SILENT,)},
        "given_name",
        "They may be twins: born on one day, without given names, and written as the first and the second.",
        ("which",),
        plain=True,
    ),
    # Nobody is born in one year with a parent.
    Pattern(
        {
            "given_name": ("exact", "nickname", "close", "near", "initial_only"),
            "date_of_birth": (_SILENT, "one_digit", "two_digits", "month_day", "different"),
            **_NO_NUMBER,
        },
        "given_name",
        "They may be parent and child of one name: they are written as of two generations (Snr, Jnr, III).",
        ("which",),
        plain=True,
    ),
)
"""The first that a pair fits says why."""


class Mistakable:
    """The patterns as tables of levels, for the comparisons of one kind of record."""

    def __init__(self, comparisons: Sequence[Comparison]) -> None:
        at = {comparison.name: place for place, comparison in enumerate(comparisons)}
        self._patterns = [
            (each, at[each.void], [(at[name], _numbers(comparisons[at[name]], each)) for name in each.levels])
            for each in PATTERNS
            if each.levels.keys() <= at.keys()
        ]

    def fitting(
        self, columns: Columns, left: Rows, right: Rows, levels: NDArray[np.int8]
    ) -> Iterator[tuple[int, Pattern, int]]:
        """Of pairs (rows of levels) those that fit a pattern, and the number of its void comparison."""
        seen = np.zeros(len(levels), np.bool_)
        for pattern, void, asked in self._patterns:
            fits = ~seen
            for at, numbers in asked:
                fits &= numbers[levels[:, at]]
            for name in pattern.differ:
                fits &= columns.differ(name, left, right)
            seen |= fits
            for pair in np.flatnonzero(fits).tolist():
                yield pair, pattern, void


def _numbers(comparison: Comparison, pattern: Pattern) -> NDArray[np.bool_]:
    """For the number of each level of a comparison, whether the pattern names it."""
    names = {number: level.name for number, level in enumerate(comparison.all_levels, start=MISSING + 1)}
    names[MISSING] = _SILENT
    return np.array([names[number] in pattern.levels[comparison.name] for number in sorted(names)], np.bool_)
