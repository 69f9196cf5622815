"""The worst mistakes by pattern: which levels wrong and missed pairs reach; no value, no record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from mast_resolver.records import Encoding, RecordId
from mast_resolver.score import Evidence, ModelScorer

MOST_PAIRS: Final = 20_000
"""Of more mistakes than these of a kind, the first by record id are looked at."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way of being wrong: how often, at what weight, and whether the pair shared a blocking key."""

    levels: tuple[tuple[str, str], ...]
    pairs: int
    bits: float
    blocked: int


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Pairs put together wrongly and pairs kept apart wrongly, each by pattern, the commonest first."""

    merged: Sequence[Pattern]
    missed: Sequence[Pattern]


def mistakes(
    scorer: ModelScorer,
    encodings: Mapping[RecordId, Encoding],
    found: Mapping[RecordId, Hashable],
    truth: Mapping[RecordId, Hashable],
) -> Mistakes:
    """Patterns of the pairs on which a partition and the truth disagree."""
    known = sorted(record for record in truth if record in found and record in encodings)
    merged = _apart({record: found[record] for record in known}, truth)
    missed = _apart({record: truth[record] for record in known}, found)
    return Mistakes(_patterns(scorer, encodings, merged), _patterns(scorer, encodings, missed))


def _apart(
    together: Mapping[RecordId, Hashable], apart: Mapping[RecordId, Hashable]
) -> list[tuple[RecordId, RecordId]]:
    """Pairs that the one labelling has together and the other apart."""
    groups: dict[Hashable, list[RecordId]] = defaultdict(list)
    for record, group in together.items():
        groups[group].append(record)
    pairs: Iterator[tuple[RecordId, RecordId]] = (
        pair
        for members in groups.values()
        for pair in combinations(members, 2)
        if apart[pair[0]] != apart[pair[1]]
    )
    return [pair for pair, _ in zip(pairs, range(MOST_PAIRS), strict=False)]


def _patterns(
    scorer: ModelScorer, encodings: Mapping[RecordId, Encoding], pairs: Sequence[tuple[RecordId, RecordId]]
) -> list[Pattern]:
    seen: Counter[tuple[tuple[str, str], ...]] = Counter()
    bits: Counter[tuple[tuple[str, str], ...]] = Counter()
    blocked: Counter[tuple[tuple[str, str], ...]] = Counter()
    for left, right in pairs:
        ours, theirs = encodings[left], encodings[right]
        evidence = scorer.explain_encodings(ours, theirs)
        levels = tuple(_levels(evidence))
        seen[levels] += 1
        bits[levels] += sum(each.weight for each in evidence)
        blocked[levels] += not set(ours.keys).isdisjoint(theirs.keys)
    return [
        Pattern(levels, count, bits[levels] / count / 1000, blocked[levels])
        for levels, count in sorted(seen.items(), key=lambda each: (-each[1], each[0]))
    ]


def _levels(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    for each in evidence:
        if each.rule not in ("prior", "family"):
            yield each.rule, each.level
