"""Who likely shares a home with somebody, by what the model's classes of relatives weigh.

While the model decides who is one person it weighs for each pair how likely the two are members of one
household (housemates, twins, namesakes). That is evidence of a home and of nothing else: nobody is anybody's
parent or partner by it. It is a function of the two records and the frozen model: nobody else's counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mast_resolver.index import BlockingIndex
from mast_resolver.records import EntityId, MatchWeight, RecordId
from mast_resolver.roster import Roster, Row
from mast_resolver.score import Evidence

LIKELY_AT: Final = MatchWeight(4_000)
"""Sixteen to one, by the model's own odds, that two records are of one household rather than of two or of one
person: the odds of strangers are in it. What is less likely is no news to anybody."""
MOST_SHARING: Final = 40
"""A key that more visible records have says too little of who has it: a hostel's, a school's telephone."""


class HomeScorer(Protocol):
    """What weighs pairs for it; ``mast_resolver.score.ModelScorer`` implements it."""

    def homes(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        """Millibits for each pair of rows being of one household, against all else."""
        ...

    def explain_home(self, left: int, right: int) -> tuple[Evidence, ...]:
        """The parts of that weight."""
        ...


@dataclass(frozen=True, slots=True)
class SharedHome:
    """Two people who likely share a home, by the pair of their records that says so most."""

    person: EntityId
    other: EntityId
    records: tuple[RecordId, RecordId]
    weight: MatchWeight
    evidence: Sequence[Evidence]
    """It adds up to ``weight``."""


def shared_homes(
    person: EntityId,
    roster: Roster,
    index: BlockingIndex,
    scorer: HomeScorer,
    *,
    but: AbstractSet[EntityId] = frozenset(),
    only: AbstractSet[EntityId] | None = None,
) -> list[SharedHome]:
    """Who likely shares a home with the person, likeliest first; nobody of ``but``, and nobody but ``only``.

    Looked at are the records that share a key with one of theirs: a name at an address, a telephone. Those of
    ``but`` are left out before anything is counted or weighed, so that nothing is other than without them;
    who is not of ``only`` counts, but is not weighed.
    """
    passed_over = but | {person}
    pairs: list[tuple[Row, Row, EntityId]] = []
    for row in sorted(roster.members(person)):
        beside: dict[Row, EntityId | None] = {}
        for number in index.numbers(row):
            seen = {
                each: who for each in index.rows(number) if (who := roster.entity(each)) not in passed_over
            }
            if len(seen) <= MOST_SHARING:
                beside.update(seen)
        pairs += (
            (row, each, other)
            for each, other in beside.items()
            if other is not None and (only is None or other in only)
        )
    if not pairs:
        return []
    left, right = (np.array([pair[side] for pair in pairs], np.intp) for side in (0, 1))
    best: dict[EntityId, tuple[int, RecordId, RecordId, Row, Row]] = {}
    for (one, two, other), weight in zip(pairs, scorer.homes(left, right).tolist(), strict=True):
        if weight >= LIKELY_AT:
            # The likeliest pair, and of pairs as likely the one whose ids come first.
            found = (-weight, roster.id(one), roster.id(two), one, two)
            best[other] = min(best.get(other, found), found)
    return [
        SharedHome(person, other, (mine, theirs), MatchWeight(-weight), scorer.explain_home(one, two))
        for other, (weight, mine, theirs, one, two) in sorted(
            best.items(), key=lambda each: (each[1][0], each[0])
        )
    ]
