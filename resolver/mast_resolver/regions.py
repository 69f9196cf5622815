"""The part of everything that a change can reach, and its new partition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final

import numpy as np

from mast_resolver.cluster import Groups, Pair, Region, agglomerate, contract, obvious, split, unweighed
from mast_resolver.context import Context
from mast_resolver.decisions import Decisions
from mast_resolver.evidence import Evidence
from mast_resolver.impossible import after_death, two_numbers
from mast_resolver.records import RecordId
from mast_resolver.roster import Roster, Row
from mast_resolver.ties import settled, ties
from mast_resolver.trust import Trust
from mast_resolver.weighing import Weigh

ROWS_AT_ONCE: Final = 50_000
"""So many records are clustered in one go: each takes a kilobyte or two meanwhile."""

SURE: Final = 8_000
"""Millibits above what joins, 256 times its odds: what is so sure is one before a part that is too large is
cut. A whole name, birth and home weigh so much, a misspelt one too; a twin or a father of that name weighs
less than what joins."""


class Regions:
    """Walks connected components over evidence and MUST, and clusters them."""

    def __init__(
        self,
        roster: Roster,
        evidence: Evidence,
        context: Context,
        decisions: Decisions,
        identity: Callable[[Row], int],
        *,
        limit: int,
        margin: int = 0,
        trust: Trust | None = None,
    ) -> None:
        self._roster = roster
        self._evidence = evidence
        self._context = context
        self._decisions = decisions
        self._identity = identity
        self._limit = limit
        self._margin = margin
        self._trust = trust
        self.sure = SURE
        # Pieces of too large parts as they were last clustered, by each of their rows. A piece that
        # comes out the same, with nothing changed inside, has the same clusters: so a change among ten
        # thousand look-alikes does not cluster all of them again.
        self._pieces: dict[Row, list[Row]] = {}

    def reached(self, touched: Iterable[Row], join_at: int) -> list[list[Row]]:
        """What may become one with the touched rows or with their former cluster mates, each by id.

        Two groups are joined at an average, so some pair between them is as heavy: what no link that counts
        enough to join holds together stays apart. A link that no longer does had a touched row at one end
        and could be heavy before: so its other end begins a part of its own. With a margin a rival may be too
        light to join, and all evidence holds together.
        """
        waiting, seen = list(touched), set[Row]()
        if not self._margin:
            waiting += [other for row in waiting for other, _ in self._context.could_be_heavy(row, join_at)]
        components: list[list[Row]] = []
        while waiting:
            start = waiting.pop()
            if start in seen:
                continue
            seen.add(start)
            if not (self._roster.present(start) and self._roster.speaks(start)):
                # Whom it belongs to now, and whom it belonged to: both may be others without it.
                waiting += (self._roster.leader(start), *self._mates(start))
                continue
            component = [start]
            for row in component:  # grows while it is walked
                beside = dict.fromkeys(self._neighbours(row, join_at))
                fresh = [other for other in beside if other not in seen]
                seen.update(fresh)
                component += fresh
            waiting += chain.from_iterable(self._mates(row) for row in component)
            components.append(sorted(component, key=self._roster.id))
        return components

    def clusters(
        self,
        touched: Iterable[Row],
        near: AbstractSet[Row],
        weigh: Weigh,
        *,
        join_at: int,
        edge_at: int,
    ) -> Iterator[list[Row]]:
        """Those of everything that is reached from the touched rows; ``near`` as in :meth:`partition`."""
        for components in in_pieces(self.reached(touched, join_at)):
            yield from self.partition(components, near, weigh, join_at=join_at, edge_at=edge_at)

    def partition(
        self,
        components: Iterable[list[Row]],
        near: AbstractSet[Row],
        weigh: Weigh,
        *,
        join_at: int,
        edge_at: int,
    ) -> list[list[Row]]:
        """The clusters of whole components, each in the order of its record ids.

        ``near`` are the rows about which anything changed since their last partition, and those that
        evidence ties to them. All pairs that still need a weight are weighed in one call.
        """
        clusters: list[list[Row]] = []
        hard: list[tuple[list[Row], Region, list[Pair]]] = []
        for rows in self._to_cluster(components, near, clusters, join_at, edge_at):
            region = self._region(rows, join_at)
            groups = obvious(region, join_at=join_at)
            if groups is None and region.ties:
                groups = self._settled(rows, region)
            if groups is None:
                hard.append((rows, region, unweighed(region, within=False)))
            else:
                clusters += _rows_of(groups, rows)
        weights = iter(_weigh_all([(rows, pairs) for rows, _, pairs in hard], weigh))
        for rows, region, pairs in hard:
            known = dict(region.edges)
            known.update(zip(pairs, weights, strict=False))  # takes just as many as there are pairs
            clusters += _rows_of(agglomerate(region, known, join_at=join_at), rows)
        return clusters

    def around(
        self, row: Row, weigh: Weigh, *, join_at: int, edge_at: int
    ) -> tuple[list[Row], Region, dict[Pair, int]]:
        """The piece that a present row was clustered in, and the weights of all its pairs."""
        rows = self._pieces.get(row) or self._piece_of(row, join_at, edge_at)
        region = self._region(rows, join_at)
        pairs = unweighed(region)
        weights = dict(region.edges)
        weights.update(zip(pairs, _weigh_all([(rows, pairs)], weigh), strict=True))
        return rows, region, weights

    @property
    def cut(self) -> int:
        """How many records, of those clustered so far, lie in parts so large that they were cut."""
        return len(self._pieces)

    def forget(self) -> None:
        """Earlier partitions say nothing any more: somebody else changed what there is."""
        self._pieces.clear()

    def _piece_of(self, row: Row, join_at: int, edge_at: int) -> list[Row]:
        part = next(each for each in self.reached([row], join_at) if row in each)
        pieces = self._cut(part, join_at, edge_at)
        if len(pieces) > 1:
            for piece in pieces:
                self._pieces.update(dict.fromkeys(piece, piece))
        return next(piece for piece in pieces if row in piece)

    def _to_cluster(
        self,
        parts: Iterable[list[Row]],
        near: AbstractSet[Row],
        done: list[list[Row]],
        join_at: int,
        edge_at: int,
    ) -> Iterator[list[Row]]:
        """The pieces to cluster, sorted by record id; what needs no clustering is put into ``done``.

        What a link counts hangs on the evidence beside both its ends. So a part without a record that
        changed, or lies beside one, is what it was, and so are its clusters.
        """
        for rows in parts:
            if len(rows) == 1:
                done.append(rows)
                self._pieces.pop(rows[0], None)
                continue
            if near.isdisjoint(rows):
                done += self._standing(rows)
                continue
            pieces = self._cut(rows, join_at, edge_at)
            standing = [self._pieces.get(piece[0]) == piece and near.isdisjoint(piece) for piece in pieces]
            for row in rows:
                self._pieces.pop(row, None)
            for piece, stands in zip(pieces, standing, strict=True):
                if len(pieces) > 1:
                    self._pieces.update(dict.fromkeys(piece, piece))
                if stands:
                    done += self._standing(piece)
                else:
                    yield piece

    def _cut(self, rows: list[Row], join_at: int, edge_at: int) -> list[list[Row]]:
        if len(rows) <= self._limit:
            return [rows]
        position = {row: number for number, row in enumerate(rows)}
        beside = [
            {other: weight for other, weight in self._evidence.beside(row).items() if other in position}
            for row in rows
        ]
        left = np.repeat(np.arange(len(rows)), [len(each) for each in beside])
        right = np.array([position[other] for each in beside for other in each], np.intp)
        weight = np.array([each for edges in beside for each in edges.values()], np.int64)
        must = self._decided(rows, position, self._decisions.must)
        must += self._surely(rows, position, must, join_at)
        must += [
            (number, place)
            for number, row in enumerate(rows)
            for other in self._names(row)
            if (place := position.get(other, -1)) > number
        ]
        groups = split(len(rows), (left, right, weight), must, limit=self._limit, edge_at=edge_at)
        return _rows_of(groups, rows)

    def _standing(self, piece: list[Row]) -> list[list[Row]]:
        clusters: dict[str | None, list[Row]] = {}
        for row in piece:
            clusters.setdefault(self._roster.entity(row), []).append(row)
        return list(clusters.values())

    def _settled(self, rows: list[Row], region: Region) -> Groups | None:
        """The partition, where everything is one, or tied to some property: no two of them are ever one."""
        groups = contract(len(rows), [*region.must, *region.ties])
        return groups if len(groups) == 1 or settled(groups, self._properties(rows)) else None

    def _surely(
        self, rows: list[Row], position: Mapping[Row, int], must: Iterable[Pair], join_at: int
    ) -> list[Pair]:
        """Of so many records that they are cut, or that were not because of these: pairs of one number, or of
        none, of which evidence leaves no doubt. Hundreds of ways to write one person would fall apart else.

        Nothing that a steward keeps apart from anybody is among them, nor what states a death, nor what is
        tied to such a record: a chain of these and of what must be one would lead around what cannot.
        """
        if len(rows) <= self._limit or self._trust is not None:
            return []
        free = self._free(rows, must)
        return [
            (number, place)
            for number, row in enumerate(rows)
            for other, weight in self._evidence.beside(row).items()
            if weight >= join_at + self.sure
            and (place := position.get(other, -1)) > number
            and free[number]
            and free[place]
            and self._identity(row) == self._identity(other)
        ]

    def _free(self, rows: list[Row], must: Iterable[Pair]) -> list[bool]:
        """Of each row, that no steward keeps it, or what it must be one with, apart from anybody, and none of
        them states a death: who was seen after it may be anybody."""
        free = [self._unbarred(row) for row in rows]
        if not all(free):
            for group in contract(len(rows), must):
                if not all(free[number] for number in group):
                    for number in group:
                        free[number] = False
        return free

    def _unbarred(self, row: Row) -> bool:
        life = self._roster.life(row)
        if life is not None and life.died:
            return False
        return not any(True for _ in self._present(self._decisions.cannot(self._roster.id(row))))

    def _properties(self, rows: list[Row]) -> list[int]:
        """The number of the property that a row is, where it is a gazetteer's."""
        if self._trust is None:
            return [0] * len(rows)
        return [self._identity(row) if self._trust.is_property(row) else 0 for row in rows]

    def _names(self, row: Row) -> AbstractSet[Row]:
        """All names of the property that a row is: one address, however unlike they read."""
        return frozenset() if self._trust is None else self._trust.names(row)

    def _region(self, rows: list[Row], join_at: int) -> Region:
        position = {row: number for number, row in enumerate(rows)}
        edges = {
            (number, place): weight
            for number, row in enumerate(rows)
            for other, weight in self._context.among(row, position)
            if (place := position[other]) > number
        }
        members = [self._roster.id(row) for row in rows]
        must = self._decided(rows, position, self._decisions.must)
        decided = self._decided(rows, position, self._decisions.cannot)
        cannot = list(chain(decided, *self._impossible(rows, must)))
        properties = self._properties(rows)
        tied = ties(edges, properties, must=must, cannot=cannot, margin=self._margin, join_at=join_at)
        tied += self._surely(rows, position, must, join_at)
        return Region(members, edges, must, cannot, self._margin, tied)

    def impossible(
        self, left: Sequence[Row], right: Sequence[Row], *, join_at: int, edge_at: int
    ) -> tuple[bool, bool]:
        """Whether some record of one side has another number than some record of the other, or was seen alive
        after the other's death; and no steward tied the two where the left side was clustered."""
        piece = self._pieces.get(left[0]) or self._piece_of(left[0], join_at, edge_at)
        rows = list(dict.fromkeys([*left, *right, *piece]))
        position = {row: number for number, row in enumerate(rows)}
        must = self._decided(rows, position, self._decisions.must)
        ours, both = len(left), len(left) + len(right)
        numbers, deaths = (
            any(one < ours <= other < both for one, other in pairs) for pairs in self._impossible(rows, must)
        )
        return numbers, deaths

    def _impossible(self, rows: Sequence[Row], must: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
        """Pairs of positions that cannot be one, by their numbers and by a death."""
        return (
            two_numbers([self._identity(row) for row in rows], must),
            after_death([self._roster.life(row) for row in rows], must),
        )

    def _decided(
        self,
        rows: list[Row],
        position: Mapping[Row, int],
        beside: Callable[[RecordId], AbstractSet[RecordId]],
    ) -> list[Pair]:
        return [
            (number, place)
            for number, row in enumerate(rows)
            for other in self._present(beside(self._roster.id(row)))
            if (place := position.get(other, -1)) > number
        ]

    def _neighbours(self, row: Row, join_at: int) -> Iterable[Row]:
        must = map(self._roster.leader, self._present(self._decisions.must(self._roster.id(row))))
        if self._margin:
            return chain(self._evidence.beside(row), must, self._names(row))
        return chain((other for other, _ in self._context.heavy(row, join_at)), must)

    def _present(self, records: Iterable[RecordId]) -> Iterator[Row]:
        for record in records:
            row = self._roster.row(record)
            if row is not None:
                yield row

    def _mates(self, row: Row) -> AbstractSet[Row]:
        entity = self._roster.entity(row)
        return self._roster.speaking(entity) if entity is not None else frozenset()


def in_pieces(components: Iterable[list[Row]]) -> Iterator[list[list[Row]]]:
    """Components in turn, so many that clustering them needs little memory, however many there are."""
    piece: list[list[Row]] = []
    rows = 0
    for component in components:
        piece.append(component)
        rows += len(component)
        if rows >= ROWS_AT_ONCE:
            yield piece
            piece, rows = [], 0
    yield piece


def _rows_of(groups: Groups, rows: Sequence[Row]) -> list[list[Row]]:
    return [[rows[position] for position in group] for group in groups]


def _weigh_all(wanted: Sequence[tuple[list[Row], list[Pair]]], weigh: Weigh) -> list[int]:
    """The weights of all pairs of positions, one piece after the other, as plain integers."""
    left = [rows[pair[0]] for rows, pairs in wanted for pair in pairs]
    right = [rows[pair[1]] for rows, pairs in wanted for pair in pairs]
    if not left:
        return []
    weights: list[int] = weigh(np.array(left, np.intp), np.array(right, np.intp)).tolist()
    return weights
