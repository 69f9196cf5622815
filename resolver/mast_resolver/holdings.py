"""What is held of the records present: a row, blocking keys, an encoding and evidence for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from mast_resolver.copies import Copies, Turned
from mast_resolver.evidence import Evidence
from mast_resolver.index import BlockingIndex
from mast_resolver.ports import Edge, PairScorer, Retract, Upsert
from mast_resolver.records import Encoding, EntityId, RecordId
from mast_resolver.roster import Roster, Row, digest
from mast_resolver.trust import NUMBER, Trust

_SETTLE_AFTER: Final = 100_000
"""Evidence that is taken in is forgotten as news after so many pieces of it: news takes memory."""


class Taken(NamedTuple):
    """Rows that have something new to say, those that are gone, those that became copies, and those that
    are copies of another now."""

    fresh: set[Row]
    gone: set[Row] = set()  # noqa: RUF012 - never changed
    silenced: set[Row] = set()  # noqa: RUF012 - never changed
    moved: set[Row] = set()  # noqa: RUF012 - never changed


class Holdings:
    """Lets records come and go in all places at once."""

    def __init__(
        self,
        roster: Roster,
        index: BlockingIndex,
        evidence: Evidence,
        copies: Copies,
        scorer: PairScorer,
        trust: Trust | None = None,
    ) -> None:
        self._roster = roster
        self._index = index
        self._evidence = evidence
        self._copies = copies
        self._scorer = scorer
        self._trust = trust

    def take(
        self,
        wanted: Mapping[RecordId, Encoding | None],
        seen: Mapping[RecordId, bytes],
        decided: AbstractSet[RecordId],
    ) -> Taken:
        """Hold what differs (``None`` is gone).

        ``seen`` has the digests of the encodings, ``decided`` the records about which decisions changed.
        """
        fresh, gone = self._hold(wanted, seen)
        heard, silenced, moved = self._listen(decided)
        fresh |= heard
        for row in self._judged() - fresh:
            self._evidence.drop_row(row)
            fresh.add(row)
        return Taken(fresh, gone, silenced, moved)

    def _listen(self, decided: AbstractSet[RecordId]) -> Turned:
        turned = self._copies.settle(decided)
        for row in turned.silenced:
            self._index.mute(row)
            self._evidence.drop_row(row)
        for row in turned.heard:
            self._index.unmute(row)
        return turned

    def _hold(
        self, wanted: Mapping[RecordId, Encoding | None], seen: Mapping[RecordId, bytes]
    ) -> tuple[set[Row], set[Row]]:
        fresh, gone = set[Row](), set[Row]()
        for record, encoding in wanted.items():
            if encoding is not None and not self._roster.holds(record, seen[record]):
                row = self._enter(record, encoding, seen[record])
                self._evidence.drop_row(row)
                fresh.add(row)
            elif encoding is None and self._roster.row(record) is not None:
                gone.add(self._leave(record))
        return fresh, gone

    def take_stored(
        self,
        records: Iterable[tuple[RecordId, Encoding | None, EntityId | None]],
        evidence: Iterable[Edge],
        decided: AbstractSet[RecordId],
    ) -> set[EntityId]:
        """Hold what is stored of some records, and of them no other evidence than this.

        One without encoding or entity is not present. Decisions, those about ``decided`` among them, are as
        stored already. Returns their entities of before and of now.
        """
        entities = set[EntityId | None]()
        for record, encoding, entity in records:
            row = self._roster.row(record)
            if row is not None:
                self._evidence.drop_row(row)
                entities.add(self._roster.entity(row))
            if encoding is not None and entity is not None:
                seen = digest(encoding)
                if row is None or not self._roster.holds(record, seen):
                    row = self._enter(record, encoding, seen)
                self._roster.move(row, entity)
                entities.add(entity)
            elif row is not None:
                self._leave(record)
        self._listen(decided)
        self._judged()  # the evidence is what was found under the same judgement
        self.take_evidence(evidence)
        self._roster.settle()
        return {entity for entity in entities if entity is not None}

    def take_one_by_one(self, records: Iterable[Upsert | Retract]) -> set[Row]:
        """As :meth:`take`, for so many that they come one after the other; returns the rows that are gone."""
        gone = set[Row]()
        for each in records:
            encoding = each.encoding if isinstance(each, Upsert) else None
            gone |= self._hold({each.id: encoding}, {each.id: digest(encoding)} if encoding else {})[1]
        self._listen(frozenset())
        self._judged()  # once: judged after each, a number that very many have would be judged as often
        return gone

    def take_evidence(self, evidence: Iterable[Edge]) -> None:
        """Hold evidence that the caller knows of: it is no news, nothing of it is to be followed."""
        for number, edge in enumerate(evidence, start=1):
            left, right = self._roster.row(edge.left), self._roster.row(edge.right)
            if left is not None and right is not None and self._speak(left, right):
                self._evidence.put(left, right, edge.weight)
            if not number % _SETTLE_AFTER:
                self._evidence.settle()
        self._index.settle()
        self._evidence.settle()

    def _speak(self, left: Row, right: Row) -> bool:
        """Neither is a copy: what is stored may come from before there were any."""
        return self._roster.speaks(left) and self._roster.speaks(right)

    def _enter(self, record: RecordId, encoding: Encoding, seen: bytes) -> Row:
        had = self._roster.row(record)
        if had is not None:
            self._copies.leave(had)
        row = self._roster.enter(record, seen, encoding.life)
        self._copies.enter(row, encoding, seen)
        self._index.put(row, encoding.keys)
        self._scorer.put(row, encoding)
        if self._trust is not None:
            self._trust.enter(row, encoding)
        return row

    def _judged(self) -> set[Row]:
        """Rows whose property number counts otherwise, now that others came or went.

        One that does not count brings nobody together either: a filler would make the number of the property
        that has it too common to be looked under.
        """
        if self._trust is None:
            return set()
        changed = self._trust.settle()
        for row in changed:
            if self._trust.counts(row):
                self._index.regard(row)
            else:
                self._index.disregard(row, NUMBER)
        return changed

    def wait(self, *, for_more: bool) -> None:
        """As :meth:`mast_resolver.resolver.Resolver.wait`; what follows is judged by the next change."""
        if self._trust is not None:
            self._trust.waits = for_more

    def distrusted(self) -> list[RecordId]:
        """The records whose property number does not count."""
        return [] if self._trust is None else [self._roster.id(row) for row in self._trust.distrusted()]

    def _leave(self, record: RecordId) -> Row:
        row = self._roster.leave(record)
        self._copies.leave(row)
        self._index.put(row, ())
        self._scorer.drop(row)
        if self._trust is not None:
            self._trust.leave(row)
        self._evidence.drop_row(row)
        return row
