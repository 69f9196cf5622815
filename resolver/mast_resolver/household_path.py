"""What became of a household: who left together, where they went, and whom they met there. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mast_resolver.household import Household, Member
from mast_resolver.records import FOREVER, EntityId

WITHIN: Final = dt.timedelta(days=31)
"""Leaving one home and coming to another are one move within this time, and so are those who went one after
another: agencies often know the month of a move, not its day."""


class Change(StrEnum):
    """How the later household came from the earlier one."""

    MOVED = "moved"
    """All who lived in the earlier one, and nobody else, are the later one."""
    SPLIT = "split"
    """Some of them, and nobody else, are the later one; others stayed or went elsewhere."""
    JOINED = "joined"
    """They came to people who lived there already."""
    REFORMED = "reformed"
    """It was formed anew: with others who came at the same time, or at the same address after a break."""


@dataclass(frozen=True, slots=True)
class Link:
    """People who left one household together for another; everybody named was there at the time.

    ``stayed`` did not go along, ``met`` lived there already, ``beside`` came at the same time from elsewhere.
    Of communal households nobody is named but those who moved. Nothing in it lies after ``at``, when the
    last of them had left and come.
    """

    earlier: EntityId
    later: EntityId
    left: dt.datetime
    at: dt.datetime
    change: Change
    people: tuple[EntityId, ...]
    stayed: tuple[EntityId, ...] = ()
    met: tuple[EntityId, ...] = ()
    beside: tuple[EntityId, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Everybody who ever left one household for another: what is stored, so that links are found."""

    earlier: EntityId
    later: EntityId
    people: tuple[EntityId, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One person's move: the end of one spell, the beginning of the next."""

    left: dt.datetime
    person: EntityId
    came: dt.datetime


def between(earlier: Household, later: Household) -> tuple[Link, ...]:
    """Every time people went from ``earlier`` to ``later``, the first first.

    It depends on the two households only, so links can be kept up pair by pair, whatever the order in
    which households become known.

    Example:
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=dt.timezone.utc)
        >>> old = Household(EntityId("H-1"), EntityId("A-1"), False, (
        ...     Member(EntityId("P-1"), year(2018), year(2020)),
        ...     Member(EntityId("P-2"), year(2018), FOREVER)))
        >>> new = Household(EntityId("H-2"), EntityId("A-2"), False, (
        ...     Member(EntityId("P-1"), year(2020), FOREVER),))
        >>> [(link.change.value, link.people, link.stayed) for link in between(old, new)]
        [('split', ('P-1',), ('P-2',))]
    """
    if earlier.id == later.id:
        return ()
    return tuple(_link(earlier, later, wave) for wave in waves(_moves(earlier, later)))


def passage(earlier: Household, later: Household) -> Passage | None:
    """Who went from ``earlier`` to ``later`` at any time, if anybody did.

    Links are made of it at each reading, from those who may be named: what is stored holds no date, and
    nothing else, that somebody shielded had a part in.

    Example:
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=dt.timezone.utc)
        >>> stay = Member(EntityId("P-1"), year(2018), year(2020))
        >>> old = Household(EntityId("H-1"), EntityId("A-1"), False, (stay,))
        >>> stay = Member(EntityId("P-1"), year(2020), FOREVER)
        >>> new = Household(EntityId("H-2"), EntityId("A-2"), False, (stay,))
        >>> passage(old, new).people, passage(new, old)
        (('P-1',), None)
    """
    if earlier.id == later.id:
        return None
    people = {move.person for move in _moves(earlier, later)}
    return Passage(earlier.id, later.id, tuple(sorted(people))) if people else None


def waves(moves: Iterable[Move]) -> Iterator[list[Move]]:
    """Moves from one household to another, the first first, in those that are one move of several people.

    Example:
        >>> day = lambda number: dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(days=number)
        >>> went = [Move(day(each), EntityId("P-1"), day(each)) for each in (0, 31, 63)]
        >>> [len(wave) for wave in waves(went)]
        [2, 1]
    """
    wave: list[Move] = []
    for move in moves:
        if wave and move.left - wave[-1].left > WITHIN:
            yield wave
            wave = []
        wave.append(move)
    if wave:
        yield wave


def _change_of(*, same_address: bool, stayed: bool, met: bool, beside: bool) -> Change:
    """From who else was there; a communal household is one where others stay and are met."""
    if same_address:
        return Change.REFORMED
    if met:
        return Change.JOINED
    if beside:
        return Change.REFORMED
    return Change.SPLIT if stayed else Change.MOVED


def _moves(earlier: Household, later: Household) -> list[Move]:
    arrivals: dict[EntityId, list[Member]] = {}
    for member in later.members:
        arrivals.setdefault(member.person, []).append(member)
    return sorted(
        {
            Move(left.end, left.person, came.start)
            for left in earlier.members
            for came in arrivals.get(left.person, ())
            if _is_move(left, came)
        },
        key=lambda move: (move.left, move.person, move.came),
    )


def _is_move(left: Member, came: Member) -> bool:
    # Who keeps the first home, or went back to one that lasts as long, has two homes and did not move.
    in_time = left.end < FOREVER and abs(came.start - left.end) <= WITHIN
    return in_time and left.start < came.start and left.end < came.end


def _link(earlier: Household, later: Household, wave: list[Move]) -> Link:
    people = {move.person for move in wave}
    left, left_by = wave[0].left, wave[-1].left
    came, came_by = min(move.came for move in wave), max(move.came for move in wave)
    stayed = _there(earlier, people, after=left - WITHIN, before=left_by)
    there = _there(later, people, after=came, before=came_by + dt.timedelta.resolution)
    met = {member.person for member in there if member.start < came - WITHIN}
    beside = {member.person for member in there} - met
    return Link(
        earlier.id,
        later.id,
        left,
        max(left_by, came_by),
        _change_of(
            same_address=earlier.address == later.address,
            stayed=bool(stayed) or earlier.communal,
            met=bool(met) or later.communal,
            beside=bool(beside),
        ),
        tuple(sorted(people)),
        tuple(sorted({member.person for member in stayed})),
        tuple(sorted(met)),
        tuple(sorted(beside)),
    )


def _there(home: Household, but: set[EntityId], *, after: dt.datetime, before: dt.datetime) -> list[Member]:
    """Others who were there at some moment of the time; of a communal household nobody is named."""
    if home.communal:
        return []
    return [
        member
        for member in home.members
        if member.person not in but and member.start < before and member.end > after
    ]
