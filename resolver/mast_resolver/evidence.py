"""The evidence kept: pairs of rows that are worth comparing and weigh enough, and what changed of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

Row = int
Change = tuple[Row, Row, int | None, int | None]
"""Two rows, the weight before and the weight now; ``None`` is no evidence."""

_NONE: Mapping[Row, int] = {}


class Evidence:
    """Live edges by row, with a journal of what they weighed before the present call.

    Example:
        >>> evidence = Evidence()
        >>> evidence.put(0, 1, 9_000)
        >>> evidence.settle()
        [(0, 1, None, 9000)]
        >>> evidence.drop(1, 0)
        >>> evidence.put(0, 1, 9_000)
        >>> evidence.settle()
        []
    """

    def __init__(self) -> None:
        self._beside: dict[Row, dict[Row, int]] = {}
        self._before: dict[tuple[Row, Row], int | None] = {}
        # One integer object for each row and each weight, however many edges: another takes 32 bytes.
        self._rows: list[Row] = []
        self._weights: dict[int, int] = {}

    def beside(self, row: Row) -> Mapping[Row, int]:
        """The rows that evidence ties to this one, with its weight."""
        return self._beside.get(row, _NONE)

    def put(self, left: Row, right: Row, weight: int) -> None:
        """The pair now has evidence of that weight."""
        had = self.beside(left).get(right)
        if had == weight:
            return
        self._journal(left, right, had)
        left, right, weight = self._one(left), self._one(right), self._weights.setdefault(weight, weight)
        self._beside.setdefault(left, {})[right] = weight
        self._beside.setdefault(right, {})[left] = weight

    def drop(self, left: Row, right: Row) -> None:
        """The pair has no evidence any more."""
        self._journal(left, right, self._beside[left][right])
        for one, other in ((left, right), (right, left)):
            beside = self._beside[one]
            del beside[other]
            if not beside:
                del self._beside[one]

    def drop_row(self, row: Row) -> None:
        """Nothing ties the row to any other any more."""
        for other in list(self.beside(row)):
            self.drop(row, other)

    def within(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
        """The pairs with evidence of which both are among the rows; do not change any while it runs."""
        among = set(rows)
        for row in among:
            for other in self.beside(row):
                if row < other and other in among:
                    yield row, other

    def settle(self) -> list[Change]:
        """What changed since the last call, net."""
        changes = [
            (left, right, before, self.beside(left).get(right))
            for (left, right), before in self._before.items()
        ]
        self._before = {}
        return [change for change in changes if change[2] != change[3]]

    def _one(self, row: Row) -> Row:
        if row >= len(self._rows):
            self._rows += range(len(self._rows), row + 1)
        return self._rows[row]

    def _journal(self, left: Row, right: Row, weight: int | None) -> None:
        self._before.setdefault((left, right) if left < right else (right, left), weight)
