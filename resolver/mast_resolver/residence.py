"""Where a person lived and when: from what agencies said to spells at resolved addresses. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mast_resolver.records import FOREVER, EntityId, RecordId, Residence


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that one record's agency said about its homes: what holds, and what was corrected since.

    Both parts are needed to go on: a correction that arrives late must still find what it corrects.
    """

    believed: tuple[Residence, ...]
    superseded: tuple[Residence, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """One believed residence of one of a person's records, at the address it resolved to."""

    address: EntityId
    valid_from: dt.datetime
    seen_at: dt.datetime
    valid_to: dt.datetime = FOREVER
    inferred: bool = False
    lapsed: bool = False

    @property
    def stated_to(self) -> dt.datetime:
        """The end that was stated; where it only stopped being said none was."""
        return FOREVER if self.lapsed else self.valid_to


@dataclass(frozen=True, slots=True)
class Spell:
    """A person at an address without a break; ``inferred`` when an end of it was not stated but concluded."""

    address: EntityId
    start: dt.datetime
    end: dt.datetime
    inferred: bool


def timeline(statements: Iterable[Residence]) -> Timeline:
    """What one person's record currently says about its homes.

    A statement is known by its address and its stated start; said again, the later one gives the end.
    Sightings without a stated start are one stay an address, from the first to the last of them.
    A later statement with the same start and another address corrects the address; one about the same
    address and an overlapping time that begins no later, or was over when the earlier one was still made,
    corrects the dates. Where it begins later a tenancy was renewed: both hold, so that no time of it is lost.
    Statements that end before they start are void.

    The result depends on the set of statements only: ``timeline(t.believed + t.superseded + more)`` is
    ``timeline(original + more)``, in whatever order they arrive.

    Example:
        >>> utc = dt.timezone.utc
        >>> def said(address, year, seen):
        ...     return Residence(RecordId("r"), RecordId(address), dt.datetime(year, 1, 1, tzinfo=utc),
        ...                      dt.datetime(seen, 1, 1, tzinfo=utc))
        >>> [stay.address for stay in timeline([said("b", 2020, 2022), said("a", 2020, 2021)]).believed]
        ['b']
    """
    statements = tuple(statements)
    if len(statements) == 1 and statements[0].valid_from < statements[0].valid_to:
        return Timeline(statements, ())  # as most are
    by_key: dict[tuple[RecordId, dt.datetime | None], Residence] = {}
    for said in statements:
        if said.valid_from >= said.valid_to:
            continue
        key = stated_as(said)
        by_key[key] = _said_again(by_key[key], said) if key in by_key else said
    kept = sorted(by_key.values(), key=_order)
    corrected = {index for index, said in enumerate(kept) if any(_corrects(later, said) for later in kept)}
    return Timeline(
        believed=tuple(said for index, said in enumerate(kept) if index not in corrected),
        superseded=tuple(kept[index] for index in sorted(corrected)),
    )


def stated_as(said: Residence) -> tuple[RecordId, dt.datetime | None]:
    """What a record's statement about a home is known by: the address, and the start if it states one."""
    return (said.address, None if said.inferred else said.valid_from)


def _said_again(left: Residence, right: Residence) -> Residence:
    # A lexicographic maximum (and a minimum of starts): commutative, associative and idempotent.
    latest = max(left, right, key=_lateness)
    return replace(latest, valid_from=min(left.valid_from, right.valid_from))


def _lateness(said: Residence) -> tuple[dt.datetime, float, bool, str]:
    return (said.seen_at, -said.valid_to.timestamp(), said.lapsed, said.feed)


def _corrects(later: Residence, said: Residence) -> bool:
    if later.inferred or said.inferred or later.seen_at <= said.seen_at:
        return False
    if later.address == said.address:
        overlapping = later.valid_from < said.valid_to and said.valid_from < later.valid_to
        # When a lapsed one ended nobody said: by that it contradicts nothing.
        over = later.valid_to <= said.seen_at and not later.lapsed
        return overlapping and (later.valid_from <= said.valid_from or over)
    return later.valid_from == said.valid_from


def _order(said: Residence) -> tuple[dt.datetime, RecordId, bool]:
    return (said.valid_from, said.address, said.inferred)


def spells(stays: Iterable[Stay]) -> tuple[Spell, ...]:
    """A person's spells at each address, from the stays of all of their records.

    A stay without a stated end is presumed over at the first moment after its last confirmation at which
    a stay elsewhere begins, or another source says that they left here. Confirmed after that moment, it
    goes on: a child may have two homes. So it is of one that lapsed, which is over when it did at the latest,
    and ends nobody else's stay. Overlapping and touching stays at one address are one spell.

    Example:
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=dt.timezone.utc)
        >>> old = Stay(EntityId("A-old"), year(2019), seen_at=year(2020))
        >>> new = Stay(EntityId("A-new"), year(2021), seen_at=year(2021))
        >>> [(spell.address, spell.end.year, spell.inferred) for spell in spells([new, old])]
        [('A-old', 2021, True), ('A-new', 9999, False)]
    """
    return tuple(
        Spell(piece.address, piece.start, piece.end, piece.start_inferred or piece.end_inferred)
        for piece in joined(settled(stays).values())
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """A stay, or several joined, with its end settled; each bound says whether it was only inferred."""

    address: EntityId
    start: dt.datetime
    end: dt.datetime
    start_inferred: bool
    end_inferred: bool


def settled(stays: Iterable[Stay]) -> dict[Stay, Settled]:
    """A person's stays, each with the end it is taken to have; void ones are left out.

    Example:
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=dt.timezone.utc)
        >>> old = Stay(EntityId("A-old"), year(2019), seen_at=year(2020))
        >>> new = Stay(EntityId("A-new"), year(2021), seen_at=year(2021))
        >>> settled([old, new])[old].end.year
        2021
    """
    by_address: dict[EntityId, list[Stay]] = defaultdict(list)
    for stay in set(stays):
        if stay.valid_from < stay.valid_to:
            by_address[stay.address].append(stay)
    return {stay: piece for address in by_address for stay, piece in _ended(address, by_address)}


def joined(pieces: Iterable[Settled]) -> tuple[Settled, ...]:
    """Overlapping and touching pieces at one address made one, sorted by start and address."""
    by_address: dict[EntityId, list[Settled]] = defaultdict(list)
    for piece in pieces:
        by_address[piece.address].append(piece)
    found = [one for here in by_address.values() for one in _joined(here)]
    return tuple(sorted(found, key=lambda one: (one.start, one.address)))


def _ended(address: EntityId, by_address: dict[EntityId, list[Stay]]) -> Iterator[tuple[Stay, Settled]]:
    here = by_address[address]
    begun = sorted(
        stay.valid_from for other, there in by_address.items() if other != address for stay in there
    )
    left = sorted(stay.valid_to for stay in here if stay.stated_to < FOREVER)
    # A sighting here confirms an earlier stay here; a stated new start does not: they may have returned.
    sighted = max((stay.seen_at for stay in here if stay.inferred and stay.valid_to >= FOREVER), default=None)
    for stay in here:
        end = stay.valid_to
        if stay.stated_to >= FOREVER:
            confirmed = max(stay.valid_from, stay.seen_at)
            if sighted is not None:
                confirmed = max(confirmed, sighted)
            moved = next((moment for moment in begun if moment > confirmed), FOREVER)
            ended = next(
                (moment for moment in left if moment >= confirmed and moment > stay.valid_from), FOREVER
            )
            end = min(moved, ended, stay.valid_to)
        yield stay, Settled(address, stay.valid_from, end, stay.inferred, end != stay.stated_to)


def _joined(here: Iterable[Settled]) -> Iterator[Settled]:
    # Sorted with stated bounds first, so that a stated start wins over an inferred one of the same moment.
    current: Settled | None = None
    for piece in sorted(here, key=lambda piece: (piece.start, piece.start_inferred, piece.end)):
        if current is None:
            current = piece
        elif piece.start <= current.end:
            current = _longer(current, piece)
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def _longer(current: Settled, piece: Settled) -> Settled:
    if piece.end > current.end:
        return replace(current, end=piece.end, end_inferred=piece.end_inferred)
    if piece.end == current.end:
        return replace(current, end_inferred=current.end_inferred and piece.end_inferred)
    return current
