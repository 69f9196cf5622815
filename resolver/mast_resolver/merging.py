"""The steps by which groups of records became one entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from mast_resolver.cluster import Pair, Region, joins
from mast_resolver.records import MatchWeight, RecordId


class Bond(StrEnum):
    """Why two groups of records are one."""

    MUST = "must"
    """A decision ties them."""
    AVERAGE = "average"
    """Evidence links them, and the average of all pairs between them is enough."""
    SURE = "sure"
    """There are so many that not all are weighed against all, and evidence between these leaves no doubt."""
    COPY = "copy"
    """The one on the right says exactly what the one on the left says, which speaks for it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Two groups of records that became one; ``total`` is the sum of the weights between them.

    Copies (:mod:`mast_resolver.copies`) are in no group: their leader is, beside which each has a last step.
    """

    left: tuple[RecordId, ...]
    right: tuple[RecordId, ...]
    bond: Bond
    total: int

    @property
    def average(self) -> MatchWeight:
        """Millibits, rounded down: never above what the exact average reaches."""
        return MatchWeight(self.total // (len(self.left) * len(self.right)))


def contractions(
    region: Region,
    weights: Mapping[Pair, int],
    join_at: int,
    *,
    hidden: AbstractSet[RecordId] = frozenset(),
) -> Iterator[Step]:
    """Contractions, then joins; of the two groups the one with the smallest member first.

    ``hidden`` records are left out of the groups, and of the sums between them.
    """
    members = region.members

    def seen(group: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(place for place in group if members[place] not in hidden)

    for left, right, bond in _all(region, weights, join_at):
        one, other = seen(left), seen(right)
        if one and other:
            total = sum(weights[min(pair), max(pair)] for pair in product(one, other))
            yield Step(
                tuple(members[place] for place in one), tuple(members[place] for place in other), bond, total
            )


def _all(
    region: Region, weights: Mapping[Pair, int], join_at: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Bond]]:
    """Positions of the two groups of each step."""
    group: dict[int, tuple[int, ...]] = {position: (position,) for position in range(len(region.members))}
    bonds = [*((pair, Bond.MUST) for pair in sorted(region.must))]
    bonds += [(pair, Bond.SURE) for pair in sorted(region.ties)]
    for (left, right), bond in bonds:
        one, other = sorted((group[left], group[right]))
        if one != other:
            yield one, other, bond
            both = tuple(sorted(one + other))
            group.update((position, both) for position in both)
    for join in joins(region, weights, join_at=join_at):
        yield join.left, join.right, Bond.AVERAGE
