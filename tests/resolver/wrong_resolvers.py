"""Resolvers that are wrong in one thing each: the laws have to catch them (``test_resolver_laws.py``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from tests.plain_resolver import FRACTURE_AT, JOIN_AT

from mast_resolver.cluster import Pair, contract
from mast_resolver.context import Context
from mast_resolver.copies import Turned
from mast_resolver.decisions import Decisions
from mast_resolver.evidence import Evidence
from mast_resolver.holdings import Taken
from mast_resolver.index import Flips
from mast_resolver.ports import Mistaken, Review
from mast_resolver.records import Encoding, EntityId, Life, RecordId
from mast_resolver.regions import Regions
from mast_resolver.resolver import Resolver
from mast_resolver.roster import Roster, Row

NO_LADDER = 24
"""No region is so large that it is cut."""


class WithoutFlips(Resolver):
    """Only what a changed record itself is compared with is looked at: keys may flip unnoticed."""

    def _weigh_evidence(self, fresh: set[Row], flips: Flips) -> None:  # type: ignore[override]  # narrower
        super()._weigh_evidence(fresh, Flips((), ()))


class OneSecondKey(Resolver):
    """A key that only counts with another counts alone."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._index._second = _Nothing()


class _Nothing(set[int]):
    def add(self, element: int) -> None:
        """Nothing is ever in it."""


Parts = tuple[Roster, Evidence, Context, Decisions, Callable[[Row], int]]


def parts_of(resolver: Resolver) -> Parts:
    """What regions are made of."""
    it = resolver
    return it._roster, it._evidence, it._context, it._decisions, it._scorer.identity


class Greedy(Resolver):
    """A new record joins what stands; what stands is never looked at again."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._regions = GreedyRegions(*parts_of(self), limit=NO_LADDER)


class GreedyRegions(Regions):
    def reached(self, touched: Iterable[Row], join_at: int) -> list[list[Row]]:
        standing = [
            [*self._roster.members(entity)]
            for entity in sorted(filter(None, map(self._roster.entity, touched)))
        ]
        fresh = [
            [row, *self._neighbours(row, join_at)] for row in touched if self._roster.entity(row) is None
        ]
        seen = set[Row]()
        parts = []
        for part in [*fresh, *standing]:
            parts.append(
                [row for row in dict.fromkeys(part) if row not in seen and self._roster.present(row)]
            )
            seen.update(part)
        return [sorted(part, key=self._roster.id) for part in parts if part]


class OneDeep(Resolver):
    """Only direct neighbours of what was touched, and their cluster mates, are clustered again."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._regions = OneDeepRegions(*parts_of(self), limit=NO_LADDER)


class OneDeepRegions(Regions):
    def reached(self, touched: Iterable[Row], join_at: int) -> list[list[Row]]:
        near = {row for row in touched if self._roster.present(row)}  # neighbours of what is new among them
        near |= {mate for row in [*near, *touched] for mate in self._mates(row)}
        part = sorted((row for row in near if self._roster.present(row)), key=self._roster.id)
        return [part] if part else []


class Forgetful(Resolver):
    """What the evidence around a pair added once, it adds for ever."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._context.follow = lambda *changes: None  # type: ignore[method-assign]


class ForgettingThePairAlone(Resolver):
    """A new rival changes nothing for the pairs that he is a rival of."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._context._forget_beside = self._context._forget_pair  # type: ignore[method-assign,assignment]


class OneSided(Resolver):
    """A rival counts only on the side that he is a rival on, not where he fits the other side as well."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        context = self._context

        def forget(row: Row, rival: Row) -> None:
            context._forget_pair(row, rival)
            for other in context._evidence.beside(row):
                if self._scorer.source(other) == self._scorer.source(rival):
                    context._forget_pair(row, other)

        context._forget_beside = forget  # type: ignore[method-assign]


class EverybodySpeaks(Resolver):
    """Who says what others say fills the keys as they do."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        setattr(self._holdings._copies, "settle", lambda _decided: Turned(set(), set(), set()))  # noqa: B010


class DeafToDecisions(Resolver):
    """Who says what others say stays their copy, whatever a steward decides."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        setattr(self._holdings._copies, "_signature", lambda _row, _equal: None)  # noqa: B010


class ForgettingWhoWasLeft(Resolver):
    """Only who spoke or speaks is looked at: copies of one that says something else stay where they are."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        settle = self._holdings._copies.settle
        setattr(  # noqa: B010
            self._holdings._copies, "settle", lambda decided: settle(decided)._replace(moved=set())
        )


class FirstHubs(Resolver):
    """The hubs of a number are those it had when it became too common."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        found, first = self._index._hubs_of, dict[int, frozenset[int]]()

        def hubs(number: int) -> frozenset[int] | None:
            now = found(number)
            return now and first.setdefault(number, now)

        setattr(self._index, "_hubs_of", hubs)  # noqa: B010


class WithoutHubs(Resolver):
    """A number that many records have is scored out as a name is."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        setattr(self._index, "_hubs_of", lambda _number: None)  # noqa: B010


class LookingOnceAtWhoIsOne(Resolver):
    """Whether an entity is in doubt is asked when it comes to be, not when only evidence in it changes."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        doubts, known = self._review._doubts, dict[frozenset[Row], Review | None]()
        asked = doubts.of

        def of(entity: EntityId) -> Review | None:
            members = frozenset(self._roster.members(entity))
            if members not in known:
                known[members] = asked(entity)
            return known[members]

        doubts.of = of  # type: ignore[method-assign]


class DoubtingDecisions(Resolver):
    """What a steward said is one is in doubt again by what it weighs."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._review._doubts._tied = lambda _row: iter(())  # type: ignore[method-assign,assignment]


class DoubtingAnyLink(Resolver):
    """A weak link is a doubt, though a way round it holds."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        doubts = self._review._doubts

        def beyond_doubt(rows: Collection[Row], _relatives: object) -> list[list[Row]]:
            weak = min(
                ((weight, one) for one in rows for _, weight in self._context.among(one, rows)),
                default=(JOIN_AT * 99, 0),
            )
            apart = weak[0] < FRACTURE_AT
            return [[weak[1]], [row for row in rows if row != weak[1]]] if apart else [[*rows]]

        doubts._beyond_doubt = beyond_doubt  # type: ignore[method-assign,assignment]


class OverlookingRelatives(Resolver):
    """What may be between two relatives holds as anything else does."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._review._doubts._relatives = lambda _rows: {}  # type: ignore[method-assign,assignment]


class TakingSlipsForNames(Resolver):
    """What may be between two relatives is in doubt, though it may as well be a slip."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        scorer = self._scorer
        found = scorer.mistaken

        def mistaken(left: NDArray[np.intp], right: NDArray[np.intp]) -> list[Mistaken | None]:
            return [each and each._replace(plain=True) for each in found(left, right)]

        scorer.mistaken = mistaken  # type: ignore[method-assign]


class CountingWhoSpeaks(Resolver):
    """Copies are not among the records that a look is worth."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._review._doubts._records = len  # type: ignore[method-assign,assignment]


class DeafToDeaths(Resolver):
    """Who was seen alive after a death may be the dead."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        self._roster.life = lambda _row: None  # type: ignore[method-assign,assignment]


class KeepingTheFirstLife(Resolver):
    """A death that was corrected, or that is told of a record that is there already, changes nothing."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        enter, first = self._roster.enter, dict[RecordId, Life | None]()
        self._roster.enter = lambda record, seen, life=None: enter(  # type: ignore[method-assign]
            record, seen, first.setdefault(record, life)
        )


class ForgettingLives(Resolver):
    """What a record says of a death is forgotten when the next one comes."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        enter, lives = self._roster.enter, self._roster._lives

        def only(record: RecordId, seen: bytes, life: Life | None = None) -> Row:
            if life is not None:
                lives.clear()
            return enter(record, seen, life)

        self._roster.enter = only  # type: ignore[method-assign]


class HearingOnlyWhatIsNew(Resolver):
    """A record that weighs what it weighed is clustered as it was, whatever it says of a death by now."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        take = self._holdings.take

        def taken(
            wanted: Mapping[RecordId, Encoding | None],
            seen: Mapping[RecordId, bytes],
            decided: AbstractSet[RecordId],
        ) -> Taken:
            rows = self._scorer.rows  # type: ignore[attr-defined]  # the noisy scorer's
            before = {each: rows[row] for each in wanted if (row := self._roster.row(each)) is not None}
            for record, encoding in wanted.items():
                had = before.get(record)
                if had and encoding and replace(had, life=None) == replace(encoding, life=None):
                    rows[self._roster.enter(record, seen[record], encoding.life)] = encoding
            return take(wanted, seen, decided)

        self._holdings.take = taken  # type: ignore[method-assign]


class DisbelievingStewards(Resolver):
    """What records say of a death and of life keeps others apart, though a steward tied the two."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        decided = self._regions._impossible

        def impossible(rows: Sequence[Row], must: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
            numbers, _ = decided(rows, must)
            group = {place: number for number, each in enumerate(contract(len(rows), must)) for place in each}
            _, deaths = decided(rows, ())
            return numbers, [pair for pair in deaths if group[pair[0]] != group[pair[1]]]

        self._regions._impossible = impossible  # type: ignore[method-assign]
