"""The stewards' decisions that stand: which records must be one and which cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import combinations, product

from mast_resolver.errors import ContradictionError
from mast_resolver.ports import Constraint, Decide
from mast_resolver.records import RecordId

_NONE: frozenset[RecordId] = frozenset()


class Decisions:
    """MUST and CANNOT by record id, so they wait for records that are not, or no longer, present.

    Contradictions are judged over all decisions, as if every record named were present: a record
    that arrives can then never make two standing decisions clash. What holds records together is
    less: MUST joins only records that are present.
    """

    def __init__(self) -> None:
        # By themselves too: an enumeration takes longer to hash than a record's id, and both are asked for
        # at every pair.
        self._must: dict[RecordId, set[RecordId]] = {}
        self._cannot: dict[RecordId, set[RecordId]] = {}
        self._beside = {Constraint.MUST: self._must, Constraint.CANNOT: self._cannot}

    def take(self, decides: Iterable[Decide]) -> frozenset[RecordId]:
        """Take decisions in order, all or none; returns the records for which something changed.

        Raises:
            ContradictionError: one of them contradicts another that stands; nothing is changed.

        Example:
            >>> decisions, left, right = Decisions(), RecordId("r1"), RecordId("r2")
            >>> sorted(decisions.take([Decide(left, right, Constraint.MUST)]))
            ['r1', 'r2']
            >>> sorted(decisions.must(left))
            ['r2']
        """
        taken: list[tuple[Decide, Constraint | None]] = []
        try:
            for decide in decides:
                before = self.standing(decide.left, decide.right)
                if decide.kind is not before:
                    self._check(decide)
                    self._set(decide.left, decide.right, decide.kind)
                    taken.append((decide, before))
        except ContradictionError:
            for decide, before in reversed(taken):
                self._set(decide.left, decide.right, before)
            raise
        return frozenset(record for decide, _ in taken for record in (decide.left, decide.right))

    def __bool__(self) -> bool:
        """Whether any stands."""
        return bool(self._must or self._cannot)

    def clear(self) -> None:
        """Forget all of them."""
        for beside in self._beside.values():
            beside.clear()

    def named(self) -> set[RecordId]:
        """Every record that some decision names, present or not."""
        return {record for beside in self._beside.values() for record in beside}

    def standing(self, left: RecordId, right: RecordId) -> Constraint | None:
        """The decision about this very pair."""
        return next((kind for kind, beside in self._beside.items() if right in beside.get(left, ())), None)

    def must(self, record: RecordId) -> AbstractSet[RecordId]:
        """Records that this one must be one with, present or not."""
        return self._must.get(record, _NONE)

    def cannot(self, record: RecordId) -> AbstractSet[RecordId]:
        """Records that this one cannot be one with, present or not."""
        return self._cannot.get(record, _NONE)

    def _set(self, left: RecordId, right: RecordId, kind: Constraint | None) -> None:
        for each, beside in self._beside.items():
            for one, other in ((left, right), (right, left)):
                if each is kind:
                    beside.setdefault(one, set()).add(other)
                elif one in beside:
                    beside[one].discard(other)
                    if not beside[one]:
                        del beside[one]

    def _check(self, decide: Decide) -> None:
        if decide.left == decide.right:
            raise ContradictionError("a decision names one record twice", fix="name two records")
        if decide.kind is None:
            return
        held = _held_together(decide.left, self._must)
        if decide.kind is Constraint.CANNOT and decide.right in held:
            raise ContradictionError(
                "the two records are held together by decisions that they are one",
                fix="revoke one of those decisions first",
            )
        if decide.kind is Constraint.MUST:
            others = _held_together(decide.right, self._must)
            if any(not others.isdisjoint(self.cannot(record)) for record in held):
                raise ContradictionError(
                    "the two records are kept apart by a decision that they, or records held together "
                    "with them, cannot be one",
                    fix="revoke that decision first",
                )


def split_off(off: Iterable[RecordId], rest: Iterable[RecordId], *, together: bool) -> Iterator[Decide]:
    """The decisions by which records leave those they were one with, for good.

    Each of them cannot be one with each of the rest: if one pair were left out, some change of the other
    records (they are withdrawn, say) would let those two be linked again. ``together`` ties those that
    leave to each other, pair by pair for the same reason.

    Example:
        >>> one, two, three = RecordId("r1"), RecordId("r2"), RecordId("r3")
        >>> decides = split_off([one], [two, three], together=True)
        >>> [(each.left, each.right, each.kind.value) for each in decides]
        [('r1', 'r2', 'cannot'), ('r1', 'r3', 'cannot')]
    """
    off = sorted(off)
    for left, right in product(off, sorted(rest)):
        yield Decide(left, right, Constraint.CANNOT)
    for left, right in combinations(off, 2) if together else ():
        yield Decide(left, right, Constraint.MUST)


def join_entities(left: RecordId, right: RecordId, members: Iterable[RecordId]) -> Iterator[Decide]:
    """The decisions by which the two whole entities that two records belong to are one.

    Two records alone would be torn out of them, if those do not fit each other: so each record of
    both is tied to both of the two, and stays while one of these is there.

    Example:
        >>> one, two, three = RecordId("r1"), RecordId("r2"), RecordId("r3")
        >>> [(each.left, each.right) for each in join_entities(one, three, [one, two, three])]
        [('r1', 'r3'), ('r1', 'r2'), ('r2', 'r3')]
    """
    yield Decide(left, right, Constraint.MUST)
    for other in sorted({*members} - {left, right}):
        for one in (left, right):
            yield Decide(min(one, other), max(one, other), Constraint.MUST)


def _held_together(record: RecordId, must: Mapping[RecordId, AbstractSet[RecordId]]) -> set[RecordId]:
    """The record and all that chains of MUST tie it to."""
    held, waiting = {record}, [record]
    while waiting:
        fresh = must.get(waiting.pop(), _NONE) - held
        held |= fresh
        waiting.extend(fresh)
    return held
