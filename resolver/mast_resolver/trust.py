"""Which property numbers (UPRN) count: a number that an agency gives is trusted only where its text agrees.

With a gazetteer a record's number counts if what the record says does not contradict the property of that
number, nor names a flat that the property does not; one that the gazetteer has not counts only where the
record says nothing else. Without a gazetteer a number counts unless the same agency gives it to plainly
different addresses: a filler, or one copied to a whole street. A number that does not count is taken for
missing; the record is matched by what it says.

Whether it counts is a function of the records present, like the partition: whatever comes or goes, every
record of its number is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import GAZETTEER, Encoding, Kind, Token
from mast_resolver.roster import Row

NUMBER: Final = "uprn"
MOST: Final = 200
"""An agency that gives one number to more records than that, where there is no gazetteer, gives a filler."""
_WRITTEN: Final = "written"


class Judge(Protocol):
    """What can be seen of two rows; ``mast_resolver.score.ModelScorer`` implements it."""

    def regard(self, row: Row, name: str, token: Token | None) -> None:
        """From now on the row's token of that name is this one; without one it is missing."""
        ...

    def contradict(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each pair of rows speaks of plainly different places."""
        ...

    def names_more(self, row: Row, other: Row) -> bool:
        """Whether the row names a flat and the other does not."""
        ...


class Trust:
    """Judges the numbers of records as they come and go.

    Example:
        >>> from mast_resolver.model import read_model
        >>> from mast_resolver.score import ModelScorer
        >>> scorer = ModelScorer(read_model("address"))
        >>> trust, number = Trust(scorer), Token(b"00000001")
        >>> for row, house in enumerate((b"house 14", b"house 41")):
        ...     said = Encoding(Kind.ADDRESS, {"uprn": number, "number": Token(house)}, {}, (), "fire")
        ...     scorer.put(row, said)
        ...     trust.enter(row, said)
        >>> sorted(trust.settle()), scorer.identity(0)
        ([0, 1], 0)
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._given: dict[Row, tuple[Token, str]] = {}
        self._silent: set[Row] = set()  # they say no more than their number
        self._properties = 0
        self._had_gazetteer = False
        self._rows: dict[Token, set[Row]] = {}
        self._distrusted: set[Row] = set()
        self._touched: set[Token] = set()

    def enter(self, row: Row, encoding: Encoding) -> None:
        """The row says this from now on; it is judged when :meth:`settle` is called."""
        self.leave(row)
        number = encoding.tokens.get(NUMBER)
        if number is not None and encoding.kind is Kind.ADDRESS:
            self._given[row] = number, encoding.source
            self._properties += encoding.source == GAZETTEER
            if _WRITTEN not in encoding.tokens:
                self._silent.add(row)
            self._rows.setdefault(number, set()).add(row)
            self._touched.add(number)

    def leave(self, row: Row) -> None:
        """The row says nothing any more."""
        number, source = self._given.pop(row, (None, ""))
        if number is None:
            return
        self._properties -= source == GAZETTEER
        self._silent.discard(row)
        self._distrusted.discard(row)
        self._touched.add(number)
        self._rows[number].discard(row)
        if not self._rows[number]:
            del self._rows[number]

    def settle(self) -> set[Row]:
        """Judge what was touched; returns the rows whose number counts otherwise than before."""
        changed: set[Row] = set()
        if self._had_gazetteer != bool(self._properties):
            self._had_gazetteer = bool(self._properties)
            self._touched.update(self._rows)
        for number in self._touched:
            rows = sorted(self._rows.get(number, ()))
            before = self._distrusted.intersection(rows)
            if not before and all(self._given[row][1] == GAZETTEER for row in rows):
                continue
            # By its text alone: the number must not speak for itself.
            for row in rows:
                self._judge.regard(row, NUMBER, None)
            now = self._plainly_wrong(rows)
            for row in rows:
                if row not in now:
                    self._judge.regard(row, NUMBER, number)
            changed |= before ^ now
            self._distrusted = (self._distrusted - before) | now
        self._touched.clear()
        return changed

    def is_property(self, row: Row) -> bool:
        """Whether the row is a gazetteer's."""
        return row in self._given and self._given[row][1] == GAZETTEER

    def distrusted(self) -> Iterable[Row]:
        """The rows whose number does not count."""
        return self._distrusted

    def _plainly_wrong(self, rows: list[Row]) -> set[Row]:
        references = [row for row in rows if self._given[row][1] == GAZETTEER]
        if references:
            said = [row for row in rows if self._given[row][1] != GAZETTEER]
            return set(said) - self._borne_out(said, references)
        if self._had_gazetteer:
            return {row for row in rows if row not in self._silent}
        wrong: set[Row] = set()
        by_agency: dict[str, list[Row]] = {}
        for row in rows:
            by_agency.setdefault(self._given[row][1], []).append(row)
        for agency, ours in by_agency.items():
            if agency and (len(ours) > MOST or self._differ(ours)):
                wrong.update(ours)
        return wrong

    def _borne_out(self, said: list[Row], references: list[Row]) -> set[Row]:
        """The rows that some record of the property agrees with."""
        good: set[Row] = set()
        for reference in references:
            against = self._judge.contradict(np.array(said, np.intp), np.full(len(said), reference, np.intp))
            good.update(
                row
                for row, contradicts in zip(said, against.tolist(), strict=True)
                if not contradicts and not self._judge.names_more(row, reference)
            )
        return good

    def _differ(self, rows: list[Row]) -> bool:
        if len(rows) < 2:
            return False
        left, right = zip(*combinations(rows, 2), strict=True)
        return bool(self._judge.contradict(np.array(left, np.intp), np.array(right, np.intp)).any())
