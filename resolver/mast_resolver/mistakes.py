"""The worst mistakes by pattern: which levels wrong and missed pairs reach; no value, no record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from mast_resolver.records import RecordId
from mast_resolver.score import Evidence

MOST_PAIRS: Final = 20_000
"""Of more mistakes than these of a kind, the first by record id are looked at."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way of being wrong: how often, at what weight, and whether the pair was compared at all."""

    levels: tuple[tuple[str, str], ...]
    pairs: int
    bits: float
    blocked: int


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Pairs put together wrongly and pairs kept apart wrongly, each by pattern, the commonest first."""

    merged: Sequence[Pattern]
    missed: Sequence[Pattern]


Pair = tuple[RecordId, RecordId]
Look = Callable[[RecordId, RecordId], tuple[Sequence[Evidence], bool]]
"""What there is to say about a pair, field by field, and whether a key that is not generic made it worth
comparing: :meth:`mast_resolver.explain.Explainer.parts`."""


def mistakes(look: Look, found: Mapping[RecordId, Hashable], truth: Mapping[RecordId, Hashable]) -> Mistakes:
    """Patterns of the pairs on which a partition and the truth disagree."""
    known = sorted(record for record in truth if record in found)
    merged = disagreed({record: found[record] for record in known}, truth)
    missed = disagreed({record: truth[record] for record in known}, found)
    return Mistakes(patterns(merged, look), patterns(missed, look))


def disagreed(together: Mapping[RecordId, Hashable], apart: Mapping[RecordId, Hashable]) -> list[Pair]:
    """Pairs that the one labelling has together and the other apart, at most :data:`MOST_PAIRS`.

    Example:
        >>> one, other = RecordId("r1"), RecordId("r2")
        >>> disagreed({one: "x", other: "x"}, {one: "p", other: "q"})
        [('r1', 'r2')]
    """
    groups: dict[Hashable, list[RecordId]] = defaultdict(list)
    for record, group in together.items():
        groups[group].append(record)
    pairs: Iterator[Pair] = (
        pair
        for members in groups.values()
        for pair in combinations(members, 2)
        if apart[pair[0]] != apart[pair[1]]
    )
    return [pair for pair, _ in zip(pairs, range(MOST_PAIRS), strict=False)]


def patterns(pairs: Sequence[Pair], look: Look) -> list[Pattern]:
    """The pairs by the levels that their fields reach, the commonest first."""
    seen: Counter[tuple[tuple[str, str], ...]] = Counter()
    bits: Counter[tuple[tuple[str, str], ...]] = Counter()
    blocked: Counter[tuple[tuple[str, str], ...]] = Counter()
    for left, right in pairs:
        evidence, shares_key = look(left, right)
        levels = tuple(_levels(evidence))
        seen[levels] += 1
        bits[levels] += sum(each.weight for each in evidence)
        blocked[levels] += shares_key
    return [
        Pattern(levels, count, bits[levels] / count / 1000, blocked[levels])
        for levels, count in sorted(seen.items(), key=lambda each: (-each[1], each[0]))
    ]


def _levels(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    for each in evidence:
        if each.rule not in ("prior", "family", "context"):
            yield each.rule, each.level
