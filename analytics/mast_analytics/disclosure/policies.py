"""Rules in force elsewhere for small numbers, as data: a release is made under one and says which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.errors import UnknownNameError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Totals(StrEnum):
    """What a total is made of."""

    OF_SHOWN = "sums of the rounded cells that are shown"
    OWN = "counted and rounded by themselves"


@dataclass(frozen=True, slots=True)
class Policy:
    """Counts of 1 to ``threshold`` people are not shown; others are rounded to multiples of ``base``."""

    name: str
    threshold: int
    base: int
    hides_zero: bool
    totals: Totals
    source: str

    @property
    def floor(self) -> int:
        """The least that somebody who knows the policy must reckon with behind a mark."""
        return 0 if self.hides_zero else 1

    @property
    def coarse(self) -> int:
        """What is rounded to along a curve, where even an unrounded policy may not show who left."""
        return self.base if self.base > 1 else self.threshold + 1

    @property
    def of_cohorts(self) -> Policy:
        """The same for whoever chooses cohorts: rounded to the first multiple of its base over the threshold.

        Each table of a cohort is covered by itself. Of two that contain one another the difference is the
        table of those in the one only, which nobody covers: exact counts give it away, and counts rounded to
        less than the threshold nearly do (tests/analytics/test_disclosure_jointly.py).

        Example:
            >>> [each.of_cohorts.base for each in POLICIES.values()]
            [10, 10, 5, 10]
        """
        return replace(self, base=self.base * (self.threshold // self.base + 1))

    def unsafe(self, people: Ints) -> Bools:
        """Which counts may not be shown."""
        return (people <= self.threshold) & (people >= self.floor)

    def rounded(self, counts: Ints, base: int | None = None) -> Ints:
        """To the nearest multiple, a half upwards: always the same, so that asking again shows nothing new.

        Example:
            >>> policy("nhs").rounded(np.array([8, 12, 13])).tolist()
            [10, 10, 15]
        """
        step = base or self.base
        return (2 * counts + step) // (2 * step) * step

    def alone(self, count: int, base: int | None = None) -> int | None:
        """A count that nothing beside it has to cover, rounded; ``None`` if it may not be shown.

        Example:
            >>> policy("nhs").alone(12), policy("nhs").alone(7)
            (10, None)
        """
        counts = np.array([count])
        return None if self.unsafe(counts)[0] else int(self.rounded(counts, base)[0])

    def shows_more_than(self, other: Policy) -> bool:
        """Whether it shows smaller counts than another one, or is less coarse.

        Example:
            >>> policy("sac").shows_more_than(policy("nhs")), policy("nhs").shows_more_than(policy("sac"))
            (True, False)
        """
        return self.threshold < other.threshold or self.base < other.base


POLICIES: Final = {
    each.name: each
    for each in (
        Policy(
            "opensafely", 7, 5, hides_zero=False, totals=Totals.OF_SHOWN,
            source="https://github.com/opensafely/documentation/blob/main/docs/outputs/sdc.md",
        ),
        Policy(
            "nhs", 7, 5, hides_zero=False, totals=Totals.OWN,
            source="https://digital.nhs.uk/data-and-information/data-tools-and-services/data-services/"
            "hospital-episode-statistics/change-to-disclosure-control-methodology-for-hes-and-ecds-from-september-2018",
        ),
        Policy(
            "sac", 4, 5, hides_zero=True, totals=Totals.OWN,
            source="https://digital.nhs.uk/data-and-information/publications/statistical/safeguarding-adults/"
            "annual-report-2018-19-england/introduction",
        ),
        Policy(
            "acro", 9, 1, hides_zero=True, totals=Totals.OWN,
            source="https://github.com/AI-SDC/ACRO/blob/main/acro/default.yaml",
        ),
    )
}  # fmt: skip


def policy(name: str) -> Policy:
    """A policy by its name.

    Raises:
        UnknownNameError: there is none; the fix offers the nearest.

    Example:
        >>> policy("sac").threshold
        4
    """
    if name not in POLICIES:
        near = get_close_matches(name, POLICIES, 1, 0.0)
        raise UnknownNameError(
            "there is no such disclosure policy", fix=f"did you mean {near[0] if near else 'nhs'}?"
        )
    return POLICIES[name]
