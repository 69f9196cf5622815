"""Who lived at an address and when, as every agency states it: merged, with conflicts shown. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mast_resolver.records import FOREVER, EntityId
from mast_resolver.residence import Settled, Stay, joined, settled

APART: Final = dt.timedelta(days=1)
"""Moments less than this apart are one date: agencies give days, each in its own way."""


class ConflictKind(StrEnum):
    """How agencies contradict each other about one spell of one person."""

    STARTS_DIFFER = "starts_differ"
    ENDS_DIFFER = "ends_differ"
    STILL_HERE = "still_here"
    LEFT_UNSAID = "left_unsaid"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Statement:
    """One stay as one agency states it, with the time for which that was on record; half-open.

    ``seen_at`` is the latest moment for which it was said, where that is known; the one of the stay is what
    merging goes by.
    """

    agency: str
    stay: Stay
    recorded_from: dt.datetime
    recorded_to: dt.datetime = FOREVER
    seen_at: dt.datetime | None = None

    @property
    def believed(self) -> bool:
        """Whether it was not corrected or withdrawn since."""
        return self.recorded_to >= FOREVER


@dataclass(frozen=True, slots=True)
class Claim:
    """What one agency says in a conflict: a date, where it gives one, and the address if it is not here."""

    agency: str
    at: dt.datetime | None
    elsewhere: EntityId | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contradiction between agencies; ``start`` to ``end`` is the time that is in dispute."""

    kind: ConflictKind
    start: dt.datetime
    end: dt.datetime
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Time for which the person is held to have lived elsewhere too; ``agencies`` have both homes at once."""

    elsewhere: EntityId
    start: dt.datetime
    end: dt.datetime
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """A spell of a person at an address, and all that agencies state, or stated, of it."""

    address: EntityId
    start: dt.datetime
    end: dt.datetime
    start_inferred: bool
    end_inferred: bool
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    overlaps: tuple[Overlap, ...]

    def meets(self, earliest: dt.datetime, latest: dt.datetime) -> bool:
        """Whether it holds a moment from ``earliest`` to ``latest``, both included."""
        return self.start <= latest and self.end > earliest


def history(statements: Iterable[Statement], addresses: Collection[EntityId]) -> tuple[Lived, ...]:
    """One person's spells at ``addresses``, latest first, from all statements about them, elsewhere too.

    The spells are those of :func:`mast_resolver.residence.spells`, so that a history and the households
    agree. Statements that are no longer believed are listed beneath the spells that they overlap and count
    for nothing. Agencies contradict each other, agencies themselves do not: what one says last, it says.

    Example:
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=dt.timezone.utc)
        >>> here = EntityId("A-1")
        >>> said = [Statement("housing", Stay(here, year(2019), year(2024)), year(2024)),
        ...         Statement("police", Stay(here, year(2021), year(2021), year(2023)), year(2024))]
        >>> [spell] = history(said, {here})
        >>> spell.start.year, spell.end.year, [conflict.kind.value for conflict in spell.conflicts]
        (2019, 9999, ['starts_differ', 'still_here'])
    """
    told = sorted(set(statements), key=_order)
    ends = settled(statement.stay for statement in told if statement.believed)
    merged = joined(ends.values())
    believed = [_Told(each, ends[each.stay]) for each in told if each.believed and each.stay in ends]
    corrected = [each for each in told if not each.believed]
    return tuple(
        _lived(spell, _Person(merged, believed), corrected)
        for spell in sorted(merged, key=lambda spell: (spell.start, spell.address), reverse=True)
        if spell.address in addresses
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A believed statement, and the stay with its end settled."""

    statement: Statement
    piece: Settled

    @property
    def agency(self) -> str:
        return self.statement.agency

    @property
    def stay(self) -> Stay:
        return self.statement.stay


@dataclass(frozen=True, slots=True)
class _Person:
    """All spells of one person and what they were made of."""

    merged: Sequence[Settled]
    told: Sequence[_Told]

    def beneath(self, spell: Settled) -> list[_Told]:
        """What a spell was made of: every piece is in exactly one spell of its address."""
        return [
            each
            for each in self.told
            if each.piece.address == spell.address and spell.start <= each.piece.start < spell.end
        ]


def _lived(spell: Settled, person: _Person, corrected: Iterable[Statement]) -> Lived:
    here = person.beneath(spell)
    shared = list(_overlaps(spell, here, person))
    overlaps = tuple(overlap for overlap, _ in shared)
    found = [*_starts(here), *_ends(here), *_still_here(here), *_left_unsaid(spell, here, person)]
    found += [conflict for _, conflict in shared if conflict is not None]
    was = [
        each
        for each in corrected
        if each.stay.address == spell.address
        and spell.start < each.stay.valid_to
        and each.stay.valid_from < min(spell.end, each.stay.valid_to)
    ]
    return Lived(
        spell.address,
        spell.start,
        spell.end,
        spell.start_inferred,
        spell.end_inferred,
        tuple(sorted([*(each.statement for each in here), *was], key=_order)),
        tuple(found),
        overlaps,
    )


def _starts(here: Iterable[_Told]) -> Iterator[Conflict]:
    """Each agency's first word on the spell, where that states a beginning."""
    first = {
        agency: min(theirs, key=lambda each: (each.stay.valid_from, each.stay.inferred)).stay
        for agency, theirs in _by_agency(here).items()
    }
    said = {agency: stay.valid_from for agency, stay in first.items() if not stay.inferred}
    yield from _differing(ConflictKind.STARTS_DIFFER, said)


def _ends(here: Iterable[_Told]) -> Iterator[Conflict]:
    yield from _differing(ConflictKind.ENDS_DIFFER, _stated_ends(here))


def _still_here(here: Sequence[_Told]) -> Iterator[Conflict]:
    """One agency says that they left, another, which gives no end, saw them here later."""
    ends = _stated_ends(here)
    seen = {
        agency: max(each.stay.seen_at for each in theirs)
        for agency, theirs in _by_agency(here).items()
        if agency not in ends
    }
    left = {agency: at for agency, at in ends.items() if any(saw > at for saw in seen.values())}
    if left:
        start = min(left.values())
        saw = (Claim(agency, None) for agency, at in sorted(seen.items()) if at > start)
        yield Conflict(ConflictKind.STILL_HERE, start, FOREVER, (*_claims(left), *saw))


def _left_unsaid(spell: Settled, here: Sequence[_Told], person: _Person) -> Iterator[Conflict]:
    """The spell is taken to have ended by what others say, though an agency never said so."""
    if spell.end >= FOREVER:
        return
    ends = _stated_ends(here)
    reasons = {Claim(each.agency, spell.end) for each in here if each.stay.stated_to == spell.end} | {
        Claim(each.agency, spell.end, each.stay.address)
        for each in person.told
        if each.stay.address != spell.address and each.stay.valid_from == spell.end
    }
    # An agency that itself has them elsewhere has said so in its way.
    silent = {each.agency for each in here} - ends.keys() - {claim.agency for claim in reasons}
    if silent and reasons:
        others = sorted(reasons, key=lambda claim: (claim.agency, claim.elsewhere or ""))
        claims = (*(Claim(agency, None) for agency in sorted(silent)), *others)
        yield Conflict(ConflictKind.LEFT_UNSAID, spell.end, FOREVER, claims)


def _overlaps(
    spell: Settled, here: Sequence[_Told], person: _Person
) -> Iterator[tuple[Overlap, Conflict | None]]:
    """Other homes at the same time: an agency that has both speaks of two homes, else nobody does."""
    for other in person.merged:
        start, end = max(spell.start, other.start), min(spell.end, other.end)
        if other.address == spell.address or start >= end:
            continue
        there = person.beneath(other)
        both = {
            one.agency
            for one in here
            for two in there
            if one.agency == two.agency and _together(one.piece, two.piece)
        }
        yield (
            Overlap(other.address, start, end, tuple(sorted(both))),
            None if both else _elsewhere(Overlap(other.address, start, end, ()), here, there),
        )


def _elsewhere(overlap: Overlap, here: Iterable[_Told], there: Iterable[_Told]) -> Conflict:
    def since(told: Iterable[_Told]) -> dict[str, dt.datetime]:
        found: dict[str, dt.datetime] = {}
        for each in told:
            if each.piece.start < overlap.end and overlap.start < each.piece.end:
                at = max(each.piece.start, overlap.start)
                found[each.agency] = min(at, found.get(each.agency, at))
        return found

    claims = (*_claims(since(here)), *_claims(since(there), overlap.elsewhere))
    return Conflict(ConflictKind.ELSEWHERE, overlap.start, overlap.end, claims)


def _together(one: Settled, two: Settled) -> bool:
    return max(one.start, two.start) < min(one.end, two.end)


def _stated_ends(here: Iterable[_Told]) -> dict[str, dt.datetime]:
    """The end each agency gives, if the last that it says of the spell has one."""
    last = {
        agency: max(each.stay.stated_to for each in theirs) for agency, theirs in _by_agency(here).items()
    }
    return {agency: end for agency, end in last.items() if end < FOREVER}


def _differing(kind: ConflictKind, said: Mapping[str, dt.datetime]) -> Iterator[Conflict]:
    if said and max(said.values()) - min(said.values()) >= APART:
        yield Conflict(kind, min(said.values()), max(said.values()), _claims(said))


def _claims(said: Mapping[str, dt.datetime], elsewhere: EntityId | None = None) -> tuple[Claim, ...]:
    return tuple(Claim(agency, at, elsewhere) for agency, at in sorted(said.items()))


def _by_agency(told: Iterable[_Told]) -> dict[str, list[_Told]]:
    found: dict[str, list[_Told]] = defaultdict(list)
    for each in told:
        found[each.agency].append(each)
    return found


def _order(each: Statement) -> tuple[object, ...]:
    stay = each.stay
    when = (stay.valid_from, stay.valid_to, stay.seen_at, each.recorded_from, each.recorded_to)
    return (*when, each.agency, stay.address, stay.inferred, stay.lapsed, str(each.seen_at))
