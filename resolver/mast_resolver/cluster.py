"""One connected region of records to a partition: a pure function of its weights and decisions.

:class:`mast_resolver.regions.Regions` hands over what links heavy enough to join hold together.

Records that a steward ties together are contracted first. A region with too many groups left is split
by raising the edge threshold in fixed steps until it falls apart (:func:`split`). What remains is
clustered by average linkage over the weights of *all* its pairs (:func:`agglomerate`), joining two
groups only along a live edge, never across a CANNOT, best average first, ties by smallest record id.
Averages are compared exactly, in whole numbers.

Where a region has a ``margin``, a record must have a unique winner: links to two others that cannot be
one, and of which neither beats the other by the margin, do not count (:func:`undecided`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import RecordId

LADDER_STEP: Final = 500
"""Millibits by which the edge threshold rises while a region is too large: half a bit, small against
the distance between weights of the same person and of relatives (several bits)."""

APART: Final = -20_000
"""Millibits: a million to one against. Parts that contradict weigh more, parts that are not known less."""

Pair = tuple[int, int]
Groups = list[list[int]]


@dataclass(frozen=True, slots=True)
class Region:
    """Records to be clustered together. Pairs are positions in ``members``, the smaller first.

    ``members`` is sorted, so positions order as record ids do; ``edges`` are the live ones. ``margin``
    is that of a unique winner, in millibits; 0 asks for none. ``ties`` are what a gazetteer ties together
    (:mod:`mast_resolver.ties`), and what is beyond doubt where there is too much to weigh all of it.
    """

    members: Sequence[RecordId]
    edges: Mapping[Pair, int]
    must: Sequence[Pair] = ()
    cannot: Sequence[Pair] = ()
    margin: int = 0
    ties: Sequence[Pair] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Two groups of positions that became one, the one with the smallest member first.

    ``total`` is the sum of the weights of all pairs between them: exact, unlike their average.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    total: int


def obvious(region: Region, *, join_at: int) -> Groups | None:
    """The partition, where the weights of pairs without an edge can make no difference to it.

    Example:
        >>> region = Region([RecordId("r1"), RecordId("r2")], {(0, 1): 9_000})
        >>> obvious(region, join_at=10_000), obvious(region, join_at=5_000)
        ([[0], [1]], [[0, 1]])
    """
    size = len(region.members)
    if region.must or region.ties:
        return [[0, 1]] if size == 2 else None
    # The first two groups to join are single records, so their edge alone is the average.
    if all(weight < join_at for weight in region.edges.values()):
        return [[position] for position in range(size)]
    # A connected region always has an edge left to join along, and no average is below its least pair.
    complete = len(region.edges) == size * (size - 1) // 2
    if complete and not region.cannot and min(region.edges.values()) >= join_at:
        return [list(range(size))]
    if size == 2:
        return [[0], [1]]
    return None


def unweighed(region: Region, *, within: bool = True) -> list[Pair]:
    """Pairs of positions whose weights :func:`agglomerate` needs beside those of the edges.

    What lies ``within`` a group that is contracted anyway it does not need, but for rivals.
    """
    size, edges = len(region.members), region.edges
    of = list(range(size))
    if not within and not region.margin:
        for number, group in enumerate(contract(size, (*region.must, *region.ties))):
            for position in group:
                of[position] = number
    return [
        pair
        for left in range(size)
        for right in range(left + 1, size)
        if (pair := (left, right)) not in edges and (within or region.margin or of[left] != of[right])
    ]


def agglomerate(region: Region, weights: Mapping[Pair, int], *, join_at: int) -> Groups:
    """Average linkage over the region; ``weights`` has every pair of positions.

    Groups and the positions in them come in ascending order.

    Example:
        >>> members = [RecordId("r1"), RecordId("r2"), RecordId("r3")]
        >>> chain = Region(members, {(0, 1): 9_000, (1, 2): 8_000})
        >>> agglomerate(chain, {**chain.edges, (0, 2): -7_000}, join_at=5_000)
        [[0, 1], [2]]
    """
    linkage = _Linkage.of(region, weights, join_at=join_at)
    for _ in linkage.joins():
        pass
    return linkage.groups()


def joins(region: Region, weights: Mapping[Pair, int], *, join_at: int) -> Iterator[Join]:
    """What :func:`agglomerate` joins, in its order; the groups of :func:`contract` come before it.

    Example:
        >>> region = Region([RecordId("r1"), RecordId("r2")], {(0, 1): 9_000})
        >>> list(joins(region, region.edges, join_at=5_000))
        [Join(left=(0,), right=(1,), total=9000)]
    """
    linkage = _Linkage.of(region, weights, join_at=join_at)
    for one, other in linkage.joins():
        yield linkage.describe(one, other)


def undecided(region: Region, weights: Mapping[Pair, int], *, join_at: int) -> set[Pair]:
    """Edges of records that could as well be one of others, which cannot be one themselves.

    Two others stand against each other if the evidence that they are apart reaches :data:`APART`, or
    evidence of them is kept and does not join them. Between lies what is not known. What a steward
    decided about a record and another is decided: that pair is no rival, nor are its edges left out.

    Example:
        >>> members = [RecordId("r1"), RecordId("r2"), RecordId("r3")]
        >>> torn = Region(members, {(0, 1): 9_000, (1, 2): 8_000}, margin=2_000)
        >>> sorted(undecided(torn, {**torn.edges, (0, 2): -30_000}, join_at=5_000))
        [(0, 1), (1, 2)]
    """
    left_out: set[Pair] = set()
    if not region.margin:
        return left_out
    size = len(region.members)
    weight = np.full((size, size), -(1 << 40), np.int64)
    for (left, right), each in weights.items():
        weight[left, right] = weight[right, left] = each
    apart = weight <= APART
    for (left, right), each in region.edges.items():
        apart[left, right] = apart[right, left] = each < join_at
    for left, right in (*region.must, *region.cannot):
        weight[left, right] = weight[right, left] = -(1 << 40)
    near = weight >= join_at - region.margin
    for position in np.flatnonzero(near.sum(axis=1) > 1):
        others = np.flatnonzero(near[position])
        theirs = weight[position, others]
        rival = apart[np.ix_(others, others)] & (np.abs(theirs[:, None] - theirs) < region.margin)
        np.fill_diagonal(rival, val=False)
        for other in others[rival.any(axis=1)].tolist():
            left_out.add((min(int(position), other), max(int(position), other)))
    return left_out


def contract(size: int, must: Iterable[Pair]) -> Groups:
    """Positions ``0 .. size - 1`` in groups tied together by ``must``, each sorted, by smallest member."""
    group = list(range(size))
    for left, right in must:
        low, high = sorted((group[left], group[right]))
        if low != high:
            group = [low if each == high else each for each in group]
    groups: dict[int, list[int]] = {}
    for position, label in enumerate(group):
        groups.setdefault(label, []).append(position)
    return list(groups.values())


class _Linkage:
    """Groups that grow: sums of weights, links and bars between them, and a heap of possible joins."""

    def __init__(self, groups: Groups, *, join_at: int) -> None:
        self._groups: list[list[int]] = groups
        self._of = {position: number for number, group in enumerate(groups) for position in group}
        self._join_at = join_at
        self._sums = [[0] * len(groups) for _ in groups]
        self._links: list[set[int]] = [set() for _ in groups]
        self._bars: list[set[int]] = [set() for _ in groups]
        self._stamps = [0] * len(groups)
        self._heap: list[tuple[int, int, int, int, int]] = []
        # Two averages S/d and T/e differ by at least 1/(d e), and d, e <= size**2 / 4. Scaled by
        # size**4 they differ by more than 1, so whole division keeps their order and their ties.
        self._scale = len(self._of) ** 4

    @classmethod
    def of(cls, region: Region, weights: Mapping[Pair, int], *, join_at: int) -> _Linkage:
        tied = (*region.must, *region.ties)
        linkage = cls(contract(len(region.members), tied), join_at=join_at)
        linkage.weigh(weights)
        linkage.link(region.edges.keys() - undecided(region, weights, join_at=join_at))
        linkage.bar(region.cannot)
        return linkage

    def weigh(self, weights: Mapping[Pair, int]) -> None:
        for (left, right), weight in weights.items():
            one, other = self._of[left], self._of[right]
            self._sums[one][other] += weight
            self._sums[other][one] += weight

    def link(self, edges: Iterable[Pair]) -> None:
        self._between(edges, self._links)

    def bar(self, cannot: Iterable[Pair]) -> None:
        self._between(cannot, self._bars)

    def joins(self) -> Iterator[tuple[int, int]]:
        """Each join, just before it is made."""
        for one, others in enumerate(self._links):
            for other in others:
                if one < other:
                    self._offer(one, other)
        while self._heap:
            _, one, other, stamp, other_stamp = heapq.heappop(self._heap)
            if stamp == self._stamps[one] and other_stamp == self._stamps[other]:
                yield one, other
                self._join(one, other)

    def groups(self) -> Groups:
        return [sorted(group) for group in self._groups if group]

    def describe(self, one: int, other: int) -> Join:
        left, right = (tuple(sorted(self._groups[each])) for each in (one, other))
        return Join(left, right, self._sums[one][other])

    def _between(self, pairs: Iterable[Pair], beside: list[set[int]]) -> None:
        for left, right in pairs:
            one, other = self._of[left], self._of[right]
            if one != other:
                beside[one].add(other)
                beside[other].add(one)

    def _offer(self, one: int, other: int) -> None:
        """Put a join on the heap if it is allowed; the groups are in order of their smallest member."""
        if other in self._bars[one]:
            return
        total, pairs = self._sums[one][other], len(self._groups[one]) * len(self._groups[other])
        if total >= self._join_at * pairs:
            key = -(total * self._scale // pairs)
            heapq.heappush(self._heap, (key, one, other, self._stamps[one], self._stamps[other]))

    def _join(self, one: int, other: int) -> None:
        self._groups[one] += self._groups[other]
        self._groups[other] = []
        self._stamps[one] += 1
        self._stamps[other] += 1
        for number, total in enumerate(self._sums[other]):
            self._sums[one][number] += total
            self._sums[number][one] = self._sums[one][number]
        for beside in (self._links, self._bars):
            for number in beside[other]:
                beside[number].discard(other)
                if number != one:
                    beside[number].add(one)
                    beside[one].add(number)
            beside[other] = set()
        for number in self._links[one]:
            self._offer(min(one, number), max(one, number))


def split(
    size: int,
    edges: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]],
    must: Iterable[Pair],
    *,
    limit: int,
    edge_at: int,
) -> Groups:
    """Pieces of a connected region that hold at most ``limit`` groups each.

    While a piece holds more, the edge threshold rises by :data:`LADDER_STEP` until the piece falls
    apart. The thresholds nest, so the answer is found from the top: edges are added from the highest
    step down, and each record keeps the last piece it was in that was not yet too large. That is one
    pass over the edges, whatever the number of steps.

    Example:
        >>> left, right, weight = np.array([0, 1]), np.array([1, 2]), np.array([9_000, 6_000])
        >>> split(3, (left, right, weight), [], limit=2, edge_at=5_000)
        [[0, 1], [2]]
    """
    groups = contract(size, must)
    if len(groups) <= limit:
        return [list(range(size))]
    of = np.empty(size, np.intp)
    for number, group in enumerate(groups):
        of[group] = number
    left, right, weight = edges
    steps = (weight - edge_at) // LADDER_STEP
    label = np.arange(len(groups))
    piece = label.copy()
    for step in np.unique(steps)[::-1]:
        at = steps == step
        unite(label, label[of[left[at]]], label[of[right[at]]])
        fits = np.bincount(label, minlength=len(groups))[label] <= limit
        piece[fits] = label[fits]
    pieces: dict[int, list[int]] = {}
    for position, name in enumerate(piece[of].tolist()):
        pieces.setdefault(name, []).append(position)
    return list(pieces.values())


def unite(label: NDArray[np.intp], left: NDArray[np.intp], right: NDArray[np.intp]) -> None:
    """Give groups that the pairs of labels connect one label, the smallest, in place.

    Example:
        >>> label = np.arange(4)
        >>> unite(label, np.array([2]), np.array([3]))
        >>> label.tolist()
        [0, 1, 2, 2]
    """
    parent = np.arange(len(label))
    while len(left):
        low, high = np.minimum(left, right), np.maximum(left, right)
        np.minimum.at(parent, high, low)
        while not np.array_equal(parent, shorter := parent[parent]):
            parent = shorter
        left, right = parent[left], parent[right]
        apart = left != right
        left, right = left[apart], right[apart]
    label[:] = parent[label]
