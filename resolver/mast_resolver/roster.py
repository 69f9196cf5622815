"""Which records are present: their rows, what was last seen of them, their lives and their entities."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from hashlib import blake2b
from typing import Final

from mast_resolver.records import Encoding, EntityId, Life, RecordId

Row = int

_DIGEST: Final = 16
"""Bytes of a digest."""


def digest(encoding: Encoding) -> bytes:
    """Equal for equal encodings; kept instead of them, for they are some kilobytes each."""
    return blake2b(encoding.pack(), digest_size=_DIGEST).digest()


class Roster:
    """Rows are given to records as they come and used again after :meth:`settle`.

    A record that left keeps its row's id and entity until then, so what changed can be told.
    """

    def __init__(self) -> None:
        self._ids: list[RecordId] = []
        self._digests = bytearray()  # side by side: an object for each would take four times as much
        self._entities: list[EntityId | None] = []
        self._rows: dict[RecordId, Row] = {}
        self._members: dict[EntityId, set[Row]] = {}
        self._lives: dict[Row, Life] = {}  # few say anything
        self._left: list[Row] = []
        self._free: list[Row] = []
        # Copies (mast_resolver.copies) by their leader, and the other way round; most have none.
        self._leaders: dict[Row, Row] = {}
        self._copies: dict[Row, set[Row]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def unused(self) -> Row:
        """A row that no record has or ever had."""
        return len(self._ids)

    def enter(self, record: RecordId, seen: bytes, life: Life | None = None) -> Row:
        """The record is present, with this digest, and this is said of its life; returns its row."""
        row = self._rows.get(record)
        if row is None:
            row = self._free.pop() if self._free else len(self._ids)
            if row == len(self._ids):
                self._ids.append(record)
                self._digests += bytes(_DIGEST)
                self._entities.append(None)
            self._ids[row], self._entities[row] = record, None
            self._rows[record] = row
        self._digests[row * _DIGEST : (row + 1) * _DIGEST] = seen.ljust(_DIGEST, b"\0")
        self._lives.pop(row, None)
        if life is not None:
            self._lives[row] = life
        return row

    def leave(self, record: RecordId) -> Row:
        """The record is not present any more; returns the row it had."""
        row = self._rows.pop(record)
        self._lives.pop(row, None)
        self._left.append(row)
        return row

    def settle(self) -> None:
        """Forget those that left."""
        for row in self._left:
            self.move(row, None)
        self._free += self._left
        self._left = []

    def move(self, row: Row, entity: EntityId | None) -> None:
        """The row's record belongs to that entity from now on."""
        before = self._entities[row]
        if before is not None:
            members = self._members[before]
            members.remove(row)
            if not members:
                del self._members[before]
        if entity is not None:
            members = self._members.setdefault(entity, set())
            # One string for all of them: read back, each record brings one of its own, 70 bytes each.
            entity = self._entities[next(iter(members))] if members else entity
            members.add(row)
        self._entities[row] = entity

    def holds(self, record: RecordId, seen: bytes) -> bool:
        """The record is present with this digest."""
        row = self._rows.get(record)
        return row is not None and self._digests[row * _DIGEST : (row + 1) * _DIGEST] == seen

    def life(self, row: Row) -> Life | None:
        """What the row's record says of its person's life, if anything."""
        return self._lives.get(row)

    def seen(self, row: Row) -> bytes:
        """The digest of the record that has the row."""
        return bytes(self._digests[row * _DIGEST : (row + 1) * _DIGEST])

    def lead(self, row: Row, leader: Row | None) -> None:
        """The row's record goes where that one goes, which speaks for it; or speaks for itself."""
        before = self._leaders.pop(row, None)
        if before is not None:
            self._copies[before].remove(row)
            if not self._copies[before]:
                del self._copies[before]
        if leader is not None:
            self._leaders[row] = leader
            self._copies.setdefault(leader, set()).add(row)

    def leader(self, row: Row) -> Row:
        """The row that speaks for this one: itself, if it is no copy."""
        return self._leaders.get(row, row)

    def speaks(self, row: Row) -> bool:
        """The row is no copy."""
        return row not in self._leaders

    def copies(self) -> Collection[Row]:
        """All rows that do not speak."""
        return self._leaders.keys()

    def speaking(self, entity: EntityId) -> AbstractSet[Row]:
        """Those of an entity's rows that speak; they are asked for far more often than there are copies."""
        members = self.members(entity)
        if self._leaders.keys().isdisjoint(members):
            return members
        return {row for row in members if row not in self._leaders}

    def whole(self, rows: list[Row]) -> list[Row]:
        """Rows in the order of their ids, and the copies of each."""
        if self._copies.keys().isdisjoint(rows):
            return rows
        return sorted((*rows, *(copy for row in rows for copy in self._copies.get(row, ()))), key=self.id)

    def row(self, record: RecordId) -> Row | None:
        """The row of a present record."""
        return self._rows.get(record)

    def rows(self) -> Collection[Row]:
        """The rows of all present records."""
        return self._rows.values()

    def present(self, row: Row) -> bool:
        """The row is that of a record that has not left."""
        return self._rows.get(self._ids[row]) == row

    def id(self, row: Row) -> RecordId:
        """The record that has, or just left, the row."""
        return self._ids[row]

    def entity(self, row: Row) -> EntityId | None:
        """The entity of the record that has, or just left, the row."""
        return self._entities[row]

    def members(self, entity: EntityId) -> AbstractSet[Row]:
        """The rows of an entity, those that just left among them."""
        return self._members.get(entity, frozenset())

    def is_entity(self, rows: Collection[Row]) -> bool:
        """The rows are one entity, no more and no less."""
        entities = {self._entities[row] for row in rows}
        if len(entities) != 1:
            return False
        (entity,) = entities
        return entity is not None and len(self._members[entity]) == len(rows)

    def entities(self) -> Iterator[tuple[EntityId, AbstractSet[Row]]]:
        """Every entity with its rows."""
        yield from self._members.items()
