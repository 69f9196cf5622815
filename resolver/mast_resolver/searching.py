"""Looking somebody up among the records present; nothing is changed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from mast_resolver.errors import UsageError
from mast_resolver.index import BlockingIndex
from mast_resolver.ports import Hit, Hits, PairScorer
from mast_resolver.records import Encoding, EntityId, MatchWeight, RecordId
from mast_resolver.roster import Roster, Row

Seen = TypeVar("Seen")
Weigh = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.int64]]

NOBODY: Final[AbstractSet[EntityId]] = frozenset()

CANDIDATES: Final = 2_000
"""A search compares at most so many records, those that share the rarest keys first."""


class Searches:
    """Compares an encoding with the records present by putting it into a row that none has."""

    def __init__(self, roster: Roster, index: BlockingIndex, scorer: PairScorer, weigh: Weigh) -> None:
        self._roster, self._index = roster, index
        self._scorer, self._weigh = scorer, weigh

    def search(
        self, encoding: Encoding, *, limit: int, at_least: MatchWeight, but: AbstractSet[EntityId] = NOBODY
    ) -> Hits:
        """Entities whose best record weighs at least so much against the encoding, best first.

        Generic keys count too, so that a search for a common name finds somebody, but of very many candidates
        only a bounded number are compared. Those of ``but`` are as if not there, among those as well, and in
        whether there are more: it takes no longer when they are there.
        """
        gone = [row for entity in but for row in self._roster.members(entity)]
        found, over = self._index.find(encoding.keys, at_most=CANDIDATES, but=gone)
        rows = np.array(found, np.intp)
        if not len(rows):
            return Hits([], more=False)
        with self._asking(encoding) as asked:
            weights = self._weigh(np.full(len(rows), asked, np.intp), rows).tolist()
        ranked = sorted(
            (-weight, self._roster.id(row), row)
            for row, weight in zip(rows.tolist(), weights, strict=True)
            if weight >= at_least
        )
        best: dict[EntityId, Hit] = {}
        for weight, record, row in ranked:
            entity = self._roster.entity(row)
            if entity is not None and entity not in best:
                if len(best) == limit:
                    return Hits(list(best.values()), more=True)
                best[entity] = Hit(record, entity, MatchWeight(-weight))
        return Hits(list(best.values()), more=over)

    def beside(self, encoding: Encoding, record: RecordId, look: Callable[[Row, Row], Seen]) -> Seen:
        """What ``look`` makes of a new encoding beside a record.

        Raises:
            UsageError: the record is not present.
        """
        row = self._roster.row(record)
        if row is None:
            raise UsageError("the record is not present", fix="look at one that a search found")
        with self._asking(encoding) as asked:
            return look(asked, row)

    @contextmanager
    def _asking(self, encoding: Encoding) -> Iterator[Row]:
        asked = self._roster.unused
        self._scorer.put(asked, encoding)
        try:
            yield asked
        finally:
            self._scorer.drop(asked)
