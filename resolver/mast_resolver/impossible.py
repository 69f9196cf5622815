"""What nobody can be, whatever the evidence: pairs of records that cannot be one person.

Two records have different numbers of which a person has one; or one states a death, and the other's agency
had its person in front of it long after. Both are functions of the records of a piece and of what stewards
tied together in it: whoever ties two records has looked, and knows better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mast_resolver.cluster import Pair, contract
from mast_resolver.records import Life

LAG = 2
"""Whole months between a death and the first that shows its person alive: so late may a death be dated, or a
visit be, that was written down afterwards."""


def outlives(life: Life, other: Life) -> bool:
    """Whether one was seen alive after the other's death, beyond what may be a slip of recording.

    Example:
        >>> outlives(Life(alive=24_300), Life(died=24_290)), outlives(Life(alive=24_292), Life(died=24_290))
        (True, False)
    """
    return bool(life.alive and other.died) and life.alive - other.died > LAG


def two_numbers(numbers: Sequence[int], must: Iterable[Pair]) -> list[Pair]:
    """Pairs of positions that have different numbers, each of which only one person has; 0 is none.

    Numbers of records that a steward tied together are one person's.
    """
    if len(set(numbers) - {0}) < 2:
        return []
    of: dict[int, set[int]] = {number: {number} for number in numbers}
    for group in contract(len(numbers), must):
        tied = set[int]().union(*(of[numbers[place]] for place in group if numbers[place]))
        of.update(dict.fromkeys(tied, tied))
    known = [place for place, number in enumerate(numbers) if number]
    return [
        (one, other)
        for at, one in enumerate(known)
        for other in known[at + 1 :]
        if numbers[other] not in of[numbers[one]]
    ]


def after_death(lives: Sequence[Life | None], must: Iterable[Pair]) -> list[Pair]:
    """Pairs of positions of which one was seen alive long after the other's death.

    Where records that a steward tied together say so of each other, or one of itself, nobody knows which of
    the two is wrong: none of these keeps anybody apart.
    """
    known = [(place, life) for place, life in enumerate(lives) if life is not None]
    if not _at_odds([life for _, life in known]):
        return []
    dead = [(place, life) for place, life in known if life.died]
    disputed = set[int]()
    for group in contract(len(lives), must):
        if _at_odds([life for place in group if (life := lives[place]) is not None]):
            disputed.update(group)
    return [
        (min(one, other), max(one, other))
        for one, life in known
        for other, death in dead
        if outlives(life, death) and disputed.isdisjoint((one, other))
    ]


def _at_odds(lives: Sequence[Life]) -> bool:
    """Whether some of them was seen alive after the death of some: the latest after the earliest."""
    deaths = [life.died for life in lives if life.died]
    return bool(deaths) and outlives(Life(alive=max(life.alive for life in lives)), Life(min(deaths)))
