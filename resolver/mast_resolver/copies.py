"""Records that say exactly what others say: two of them speak, the others go where those go.

Whoever is met often has a record for every time: sixty equal ones of a person would fill all their blocking
keys, names and numbers alike, and none of them would be compared with anybody any more. What is said once
more is no news. So of records whose whole content is equal, and says who it is about, those with the
smallest ids *speak*: they have keys, evidence and a place in clusters. Each other is a *copy*, and belongs
to whoever the first of them, its leader, belongs to. That is a function of the records and decisions
present, in whatever order they came.

What stewards decided makes records different: copies stand under the very same decisions as their leader,
so what holds for it holds for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from mast_resolver.decisions import Decisions
from mast_resolver.records import Encoding, Kind, RecordId
from mast_resolver.roster import Roster, Row

SPEAKERS: Final = 2
"""So many equal records speak. Two, so that the model weighs what it means that they are equal."""

_WHO: Final = frozenset({"given_name", "family_name", "date_of_birth"})
_WHICH: Final = frozenset({"street_premise", "postcode", "phone", "email"})
_NUMBERS: Final = frozenset({"nhs_number", "national_id"})

Signature = tuple[frozenset[RecordId], frozenset[RecordId]]


class Turned(NamedTuple):
    """Who speaks now and was a copy, who is a copy now and spoke, and who is a copy of another now."""

    heard: set[Row]
    silenced: set[Row]
    moved: set[Row]


def says_who(encoding: Encoding) -> bool:
    """Whoever says all this is one person: a number, or a whole name, birth and where or how they are found.

    Ten thousand new-borns without a given name, at one address, are not told apart by what is said of them.

    Example:
        >>> from mast_resolver.records import Token
        >>> said = dict.fromkeys(("given_name", "family_name", "date_of_birth"), Token(b"12345678"))
        >>> says_who(Encoding(Kind.PERSON, said, {}, ()))
        False
        >>> says_who(Encoding(Kind.PERSON, said | {"phone": Token(b"12345678")}, {}, ()))
        True
    """
    said = encoding.tokens.keys()
    if encoding.kind is not Kind.PERSON:
        return False
    return not _NUMBERS.isdisjoint(said) or (said >= _WHO and not _WHICH.isdisjoint(said))


class Copies:
    """Keeps the roster's copies in line with the records and decisions there are."""

    def __init__(self, roster: Roster, decisions: Decisions) -> None:
        self._roster = roster
        self._decisions = decisions
        # By digest; nearly all are one record's alone, and a list for each would take twice as much.
        self._equal: dict[bytes, Row | list[Row]] = {}
        self._stirred: set[bytes] = set()

    def enter(self, row: Row, encoding: Encoding, seen: bytes) -> None:
        """The row has this encoding, of that digest, from now on; it was in no group, or left it."""
        if not says_who(encoding):
            return
        equal = self._equal.get(seen)
        if equal is None:
            self._equal[seen] = row
            return
        self._equal[seen] = [*self._rows(seen), row]
        self._stirred.add(seen)

    def leave(self, row: Row) -> None:
        """The row is about to have another encoding, or none."""
        seen = self._roster.seen(row)
        rows = self._rows(seen)
        if row not in rows:
            return
        rows.remove(row)
        self._roster.lead(row, None)
        if not rows:
            del self._equal[seen]
        else:
            self._equal[seen] = rows if len(rows) > 1 else rows[0]
            self._stirred.add(seen)

    def settle(self, decided: Iterable[RecordId]) -> Turned:
        """Bring everybody in line; ``decided`` are the records about which decisions changed."""
        for record in decided:
            row = self._roster.row(record)
            if row is not None:
                self._stirred.add(self._roster.seen(row))
        turned = Turned(set(), set(), set())
        for seen in self._stirred:
            for row, leader in self._led(self._rows(seen)):
                before = self._roster.leader(row)
                if leader is None:
                    if before != row:
                        turned.heard.add(row)
                elif before == row:
                    turned.silenced.add(row)
                elif before != leader:
                    turned.moved.add(row)
                self._roster.lead(row, leader)
        self._stirred.clear()
        return turned

    def _rows(self, seen: bytes) -> list[Row]:
        equal = self._equal.get(seen, [])
        return [equal] if isinstance(equal, int) else equal

    def _led(self, rows: list[Row]) -> Iterator[tuple[Row, Row | None]]:
        """Each of some equal rows, and its leader if it is a copy."""
        spoken: dict[Signature | None, list[Row]] = {}
        equal = {self._roster.id(row) for row in rows} if self._decisions else set[RecordId]()
        for row in sorted(rows, key=self._roster.id):
            first = spoken.setdefault(self._signature(row, equal), [])
            if len(first) < SPEAKERS:
                first.append(row)
                yield row, None
            else:
                yield row, first[0]

    def _signature(self, row: Row, equal: AbstractSet[RecordId]) -> Signature | None:
        """What was decided about the row's record; itself among those it must be one with, if some of those
        say what it says: records tied to each other then stand under the same decisions."""
        if not self._decisions:
            return None
        record = self._roster.id(row)
        must, cannot = self._decisions.must(record), self._decisions.cannot(record)
        own = () if equal.isdisjoint(must) else (record,)
        return frozenset((*must, *own)), frozenset(cannot)
