"""How sure a measure is: bootstrap over true entities, for all records and for each group of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from mast_resolver.evaluate import Agreement, b_cubed, exact_clusters, pairwise

Item = TypeVar("Item", bound=Hashable)

REPLICATES: Final = 1_000
_SEED: Final = 1
_PERCENTILES: Final = (2.5, 97.5)

RIGHT, FALSE, MISSED, PRECISE, COMPLETE, ITEMS = range(6)
"""What a true entity brings to the sums: pairs put together rightly, half of its wrong ones, those missed;
B-cubed precision and recall of its items, summed; their number."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One agreement with the interval of each of its numbers, at 95 %."""

    agreement: Agreement
    precision: tuple[float, float]
    recall: tuple[float, float]
    f1: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one set of items."""

    items: int
    entities: int
    pairwise: Measured
    b_cubed: Measured
    clusters: Agreement


def report(found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]) -> Report:
    """Measures of the items that both labelings know.

    Entities are drawn again :data:`REPLICATES` times with a fixed seed, for it is entities that are
    independent, not their pairs. A wrong pair counts half for each of the two entities in it.

    Example:
        >>> report({1: "x", 2: "x", 3: "y"}, {1: "p", 2: "p", 3: "q"}).pairwise.precision
        (1.0, 1.0)
    """
    shared = {item: entity for item, entity in truth.items() if item in found}
    sums = np.array(list(contributions(found, shared).values())).reshape(-1, ITEMS + 1)
    return _report(sums, pairwise(found, shared), b_cubed(found, shared), exact_clusters(found, shared))


def by_group(
    found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable], group: Mapping[Item, str]
) -> dict[str, Report]:
    """The same for each group; an entity is in the group that most of its items are in."""
    shared = {item: entity for item, entity in truth.items() if item in found}
    groups: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for item, entity in shared.items():
        groups[entity][group.get(item, "")] += 1
    of = {entity: min(seen, key=lambda name: (-seen[name], name)) for entity, seen in groups.items()}
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for entity, brought in contributions(found, shared).items():
        rows[of[entity]].append(brought)
    reports = {}
    for name in sorted(rows):
        sums = np.array(rows[name])
        inside = {item: entity for item, entity in shared.items() if of[entity] == name}
        total = sums.sum(axis=0)
        reports[name] = _report(sums, _pairwise(total), _b_cubed(total), _clusters(found, shared, inside))
    return reports


def _clusters(
    found: Mapping[Item, Hashable], shared: Mapping[Item, Hashable], inside: Mapping[Item, Hashable]
) -> Agreement:
    """Whole clusters of a group; one that also holds other items is no entity of it."""
    clusters, entities = Counter(found[item] for item in shared), Counter(shared.values())
    both = Counter((found[item], entity) for item, entity in inside.items())
    right = sum(clusters[cluster] == n == entities[entity] for (cluster, entity), n in both.items())
    touched, there = {cluster for cluster, _ in both}, set(inside.values())
    return Agreement(right / len(touched), right / len(there))


def contributions(
    found: Mapping[Item, Hashable], truth: Mapping[Item, Hashable]
) -> dict[Hashable, list[float]]:
    """What each true entity brings to the sums that precision and recall are made of."""
    both = Counter((found[item], entity) for item, entity in truth.items())
    cluster_sizes: Counter[Hashable] = Counter()
    entity_sizes: Counter[Hashable] = Counter()
    for (cluster, entity), count in both.items():
        cluster_sizes[cluster] += count
        entity_sizes[entity] += count
    brought: dict[Hashable, list[float]] = {entity: [0.0] * (ITEMS + 1) for entity in entity_sizes}
    for (cluster, entity), count in both.items():
        row = brought[entity]
        row[RIGHT] += count * (count - 1) / 2
        row[FALSE] += count * (cluster_sizes[cluster] - count) / 2
        row[MISSED] += count * (entity_sizes[entity] - count) / 2
        row[PRECISE] += count * count / cluster_sizes[cluster]
        row[COMPLETE] += count * count / entity_sizes[entity]
        row[ITEMS] += count
    return brought


def _pairwise(sums: NDArray[np.float64]) -> Agreement:
    claimed, there = sums[RIGHT] + sums[FALSE], sums[RIGHT] + sums[MISSED]
    return Agreement(
        float(sums[RIGHT] / claimed) if claimed else 1.0, float(sums[RIGHT] / there) if there else 1.0
    )


def _b_cubed(sums: NDArray[np.float64]) -> Agreement:
    items = sums[ITEMS]
    return (
        Agreement(float(sums[PRECISE] / items), float(sums[COMPLETE] / items))
        if items
        else Agreement(1.0, 1.0)
    )


def _report(sums: NDArray[np.float64], pairs: Agreement, items: Agreement, clusters: Agreement) -> Report:
    drawn = [sums.sum(axis=0)] if not len(sums) else _redraw(sums)
    return Report(
        int(sums[:, ITEMS].sum()),
        len(sums),
        _measured(pairs, [_pairwise(each) for each in drawn]),
        _measured(items, [_b_cubed(each) for each in drawn]),
        clusters,
    )


def _redraw(sums: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The sums over as many entities drawn with replacement, so many times."""
    chance = np.random.default_rng(_SEED)
    size = len(sums)
    return [np.bincount(chance.integers(0, size, size), minlength=size) @ sums for _ in range(REPLICATES)]


def _measured(agreement: Agreement, drawn: list[Agreement]) -> Measured:
    def interval(values: list[float]) -> tuple[float, float]:
        low, high = np.percentile(values, _PERCENTILES)
        return float(low), float(high)

    return Measured(
        agreement,
        interval([each.precision for each in drawn]),
        interval([each.recall for each in drawn]),
        interval([each.f1 for each in drawn]),
    )
