"""How good a partition or a set of pairs is, given the truth. Exact counts, no sampling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and their harmonic mean.

    What was never claimed was never wrong: precision of no claims is 1, and so is recall of no truth.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 when both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]) -> Agreement:
    """Agreement on pairs: of those put together, how many belong together, and the reverse.

    Only items in both labelings count.

    Example:
        >>> pairwise({1: "x", 2: "x", 3: "x"}, {1: "p", 2: "p", 3: "q"})
        Agreement(precision=0.3333333333333333, recall=1.0)
    """
    both, found_sizes, true_sizes = _overlaps(found, truth)
    right = _pairs(both.values())
    return Agreement(_share(right, _pairs(found_sizes.values())), _share(right, _pairs(true_sizes.values())))


def b_cubed(found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]) -> Agreement:
    """Agreement an item: how much of its cluster is its own, and how much of its own is there.

    Only items in both labelings count.

    Example:
        >>> b_cubed({1: "x", 2: "x", 3: "y"}, {1: "p", 2: "p", 3: "p"}).precision
        1.0
    """
    both, found_sizes, true_sizes = _overlaps(found, truth)
    items = sum(both.values())
    if not items:
        return Agreement(1.0, 1.0)
    # fsum rounds once, so the order of the items cannot move the last digit.
    precision = fsum(n * n / found_sizes[cluster] for (cluster, _), n in both.items())
    recall = fsum(n * n / true_sizes[entity] for (_, entity), n in both.items())
    return Agreement(precision / items, recall / items)


def exact_clusters(found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]) -> Agreement:
    """Agreement on whole clusters: of those found, how many are just one entity, and the reverse.

    Only items in both labelings count.

    Example:
        >>> exact_clusters({1: "x", 2: "x", 3: "y", 4: "z"}, {1: "p", 2: "p", 3: "q", 4: "q"}).precision
        0.3333333333333333
    """
    both, found_sizes, true_sizes = _overlaps(found, truth)
    right = sum(
        1 for (cluster, entity), n in both.items() if found_sizes[cluster] == n and true_sizes[entity] == n
    )
    return Agreement(_share(right, len(found_sizes)), _share(right, len(true_sizes)))


def decided_pairs(
    pairs: Iterable[tuple[Item, Item]], truth: Mapping[Item, Hashable], *, among: Iterable[Item]
) -> Agreement:
    """Agreement of pairs that were decided one by one, without clustering.

    ``among`` are the items there are: their true pairs are what recall is measured against.

    Example:
        >>> decided_pairs([(1, 2)], {1: "p", 2: "p", 3: "p"}, among=[1, 2, 3]).recall
        0.3333333333333333
    """
    claimed = {frozenset(pair) for pair in pairs}
    right = sum(1 for pair in claimed if len({truth[item] for item in pair}) == 1)
    there = _pairs(Counter(truth[item] for item in among).values())
    return Agreement(_share(right, len(claimed)), _share(right, there))


def _overlaps(
    found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    both = Counter((found[item], truth[item]) for item in found if item in truth)
    found_sizes: Counter[Hashable] = Counter()
    true_sizes: Counter[Hashable] = Counter()
    for (cluster, entity), count in both.items():
        found_sizes[cluster] += count
        true_sizes[entity] += count
    return both, found_sizes, true_sizes


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
