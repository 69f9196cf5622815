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
from collections.abc import Set as AbstractSet
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

    def __init__(self, judge: Judge, *, waits: bool = False) -> None:
        self.waits = waits
        """More of a first edition is on its way: a number that it lacks so far may yet come."""
        self._judge = judge
        self._given: dict[Row, tuple[Token, str]] = {}
        self._silent: set[Row] = set()  # they say no more than their number
        self._properties = 0
        self._had_gazetteer = False
        # Who has each number, by agency; mostly one row, which is stored as that integer.
        self._rows: dict[Token, dict[str, Row | set[Row]]] = {}
        self._distrusted: set[Row] = set()
        # Agencies that give a number to plainly different addresses, and two of those; none where they give
        # it to too many.
        self._fillers: dict[tuple[Token, str], tuple[Row, ...]] = {}
        # Since settle() was called last: numbers to judge anew, rows that came, and agencies that have fewer.
        self._again: set[Token] = set()
        self._fresh: dict[Token, set[Row]] = {}
        self._fewer: set[tuple[Token, str]] = set()

    def enter(self, row: Row, encoding: Encoding) -> None:
        """The row says this from now on; it is judged when :meth:`settle` is called."""
        self.leave(row)
        number, source = encoding.tokens.get(NUMBER), encoding.source
        if number is None or encoding.kind is not Kind.ADDRESS:
            return
        self._given[row] = number, source
        if _WRITTEN not in encoding.tokens:
            self._silent.add(row)
        groups = self._rows.setdefault(number, {})
        before = groups.get(source)
        if before is None:
            groups[source] = row
        elif isinstance(before, int):
            groups[source] = {before, row}
        else:
            before.add(row)
        if source == GAZETTEER:
            self._properties += 1
            self._again.add(number)
        else:
            self._fresh.setdefault(number, set()).add(row)

    def leave(self, row: Row) -> None:
        """The row says nothing any more."""
        number, source = self._given.pop(row, (None, ""))
        if number is None:
            return
        self._silent.discard(row)
        self._distrusted.discard(row)
        groups = self._rows[number]
        left = groups[source]
        if isinstance(left, int) or len(left) == 1:
            del groups[source]
        else:
            left.discard(row)
        if not groups:
            del self._rows[number]
        if source == GAZETTEER:
            self._properties -= 1
            self._again.add(number)
            return
        self._fresh.get(number, set()).discard(row)
        if (number, source) in self._fillers:
            self._fewer.add((number, source))
            if row in self._fillers[number, source]:
                self._fillers[number, source] = ()

    def settle(self) -> set[Row]:
        """Judge what came, and what hangs on what came or went; returns the rows whose number counts
        otherwise than before.

        A row is judged against the property, or against at most :data:`MOST` rows of its agency: the work
        grows with what came, not with how many have the number already.
        """
        known = bool(self._properties) and not self.waits
        if known != self._had_gazetteer:
            self._had_gazetteer = known
            self._again.update(self._rows)
        changed: set[Row] = set()
        for number, agency in self._fewer:
            if number in self._again:
                self._fillers.pop((number, agency), None)
            else:
                changed |= self._judge_fewer(number, agency)
        for number in self._again:
            changed |= self._judge_all(number)
        for number, rows in self._fresh.items():
            if number not in self._again:
                changed |= self._judge_fresh(number, rows)
        self._again.clear()
        self._fresh.clear()
        self._fewer.clear()
        return changed

    def is_property(self, row: Row) -> bool:
        """Whether the row is a gazetteer's."""
        return row in self._given and self._given[row][1] == GAZETTEER

    def names(self, row: Row) -> AbstractSet[Row]:
        """All names and readings of the property that the row is; none where it is no gazetteer's."""
        return self._of(self._given[row][0], GAZETTEER) if self.is_property(row) else frozenset()

    def counts(self, row: Row) -> bool:
        """Whether the row's number, if it has one, counts."""
        return row not in self._distrusted

    def distrusted(self) -> Iterable[Row]:
        """The rows whose number does not count."""
        return self._distrusted

    def _of(self, number: Token, agency: str) -> AbstractSet[Row]:
        rows = self._rows.get(number, {}).get(agency)
        if rows is None:
            return frozenset()
        return {rows} if isinstance(rows, int) else rows

    def _judge_all(self, number: Token) -> set[Row]:
        agencies = [agency for agency in self._rows.get(number, ()) if agency != GAZETTEER]
        for agency in agencies:
            self._fillers.pop((number, agency), None)
        said = set[Row]().union(*(self._of(number, agency) for agency in agencies))
        if self._had_gazetteer or self._of(number, GAZETTEER):
            return self._mark(number, said, self._not_borne_out(number, said))
        wrong = set[Row]()
        for agency in agencies:
            ours = self._of(number, agency)
            if self._is_filler(number, agency, ours):
                wrong |= ours
        return self._mark(number, said, wrong)

    def _judge_fresh(self, number: Token, fresh: set[Row]) -> set[Row]:
        if self._had_gazetteer or self._of(number, GAZETTEER):
            return self._mark(number, fresh, self._not_borne_out(number, fresh))
        changed = set[Row]()
        by_agency: dict[str, set[Row]] = {}
        for row in fresh:
            by_agency.setdefault(self._given[row][1], set()).add(row)
        for agency, rows in by_agency.items():
            if (number, agency) in self._fillers:
                changed |= self._mark(number, rows, rows)
            elif self._is_filler(number, agency, rows):
                ours = self._of(number, agency)
                changed |= self._mark(number, ours, ours)
        return changed

    def _judge_fewer(self, number: Token, agency: str) -> set[Row]:
        """Of a filler some rows went: perhaps what is left is one address."""
        ours = self._of(number, agency)
        if len(ours) > MOST or self._fillers[number, agency]:
            return set()
        del self._fillers[number, agency]
        filler = self._is_filler(number, agency, ours)
        return self._mark(number, ours, ours if filler else set())

    def _mark(self, number: Token, rows: AbstractSet[Row], wrong: AbstractSet[Row]) -> set[Row]:
        """Which of the rows count otherwise than before, now that some of them do not."""
        for row in rows:
            self._judge.regard(row, NUMBER, None if row in wrong else number)
        changed = {row for row in rows if (row in wrong) != (row in self._distrusted)}
        self._distrusted ^= changed
        return changed

    def _not_borne_out(self, number: Token, said: AbstractSet[Row]) -> set[Row]:
        """The rows with which no record of the property agrees; where there is none, those that say more."""
        references = sorted(self._of(number, GAZETTEER))
        if not references:
            return set(said) - self._silent
        good, rows = set[Row](), sorted(said)
        self._hide_number([*rows, *references])
        for reference in references:
            against = self._judge.contradict(np.array(rows, np.intp), np.full(len(rows), reference, np.intp))
            good.update(
                row
                for row, contradicts in zip(rows, against.tolist(), strict=True)
                if not contradicts and not self._judge.names_more(row, reference)
            )
        self._show_number(number, references)
        return set(said) - good

    def _is_filler(self, number: Token, agency: str, fresh: AbstractSet[Row]) -> bool:
        """Whether the agency gives the number to plainly different addresses, one of them of ``fresh``."""
        ours = self._of(number, agency)
        if not agency or len(ours) < 2:
            return False
        if len(ours) > MOST:
            self._fillers[number, agency] = ()
            return True
        pairs = [
            (one, other)
            for one in sorted(fresh)
            for other in sorted(ours)
            if one < other or (other not in fresh and one != other)
        ]
        left, right = zip(*pairs, strict=True)
        self._hide_number(ours)
        against = self._judge.contradict(np.array(left, np.intp), np.array(right, np.intp))
        self._show_number(number, ours)
        if not against.any():
            return False
        self._fillers[number, agency] = pairs[int(against.argmax())]
        return True

    def _hide_number(self, rows: Iterable[Row]) -> None:
        """Rows are judged by their text alone: the number must not speak for itself."""
        for row in rows:
            self._judge.regard(row, NUMBER, None)

    def _show_number(self, number: Token, rows: Iterable[Row]) -> None:
        for row in rows:
            if row not in self._distrusted:
                self._judge.regard(row, NUMBER, number)
