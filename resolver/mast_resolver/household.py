"""Who lived together: spells at an address to households with ids that stay. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mast_resolver.records import EntityId

COMMUNAL_ABOVE: Final = 12
"""More residents than this at one moment is a hostel, a home, a barracks: flagged, so that readers cap what
they show of it. Family households of 13 and more are about 1 in 50,000 in the 2021 census of England."""


@dataclass(frozen=True, slots=True)
class Member:
    """One spell of one person in a household; half-open."""

    person: EntityId
    start: dt.datetime
    end: dt.datetime
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """People with overlapping spells at one address; members sorted by start and person."""

    id: EntityId
    address: EntityId
    communal: bool
    members: tuple[Member, ...]

    @property
    def start(self) -> dt.datetime:
        """When the first of them moved in."""
        return min(member.start for member in self.members)

    @property
    def end(self) -> dt.datetime:
        """When the last of them moved out."""
        return max(member.end for member in self.members)


@dataclass(frozen=True, slots=True)
class Ended:
    """A household id that is no more, and the households that took its members over (perhaps none)."""

    id: EntityId
    successors: tuple[EntityId, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The households of some addresses, and which ids ended by the rebuild."""

    households: tuple[Household, ...]
    ended: tuple[Ended, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    address: EntityId
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """How strongly an old household's id belongs to a new group."""

    shared: int
    same_address: bool
    shared_time: int
    old: EntityId
    group: int


def rebuild(
    residents: Mapping[EntityId, Iterable[Member]],
    before: Iterable[Household],
    *,
    new_id: Callable[[], EntityId],
    successors: Mapping[EntityId, Iterable[EntityId]] | None = None,
    communal: Collection[EntityId] = (),
) -> Rebuilt:
    """The households at each address of ``residents``; those of ``before`` keep their ids where they can.

    An old id follows the largest share of its members, then the time they share. ``successors`` names, for
    people and addresses that were merged or split, who they are now; ``communal`` are addresses of which is
    known that they are no household's, however few live there. Every resident is at every moment in exactly
    one household of the address. Rebuilding what was just rebuilt changes nothing.

    Example:
        >>> utc = dt.timezone.utc
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=utc)
        >>> one = Member(EntityId("P-1"), year(2019), year(2022))
        >>> both = [one, Member(EntityId("P-2"), year(2021), year(2024))]
        >>> built = rebuild({EntityId("A-1"): both}, [], new_id=lambda: EntityId("H-1"))
        >>> [(home.id, len(home.members), home.communal) for home in built.households]
        [('H-1', 2, False)]
    """
    groups = [
        _Group(address, members) for address in sorted(residents) for members in together(residents[address])
    ]
    old = {home.id: home for home in before}
    claims = list(_claims(groups, old.values(), successors or {}))
    ids = _follow(claims)
    households = tuple(
        Household(
            ids[index] if index in ids else new_id(),
            group.address,
            group.address in communal or crowded(group.members),
            group.members,
        )
        for index, group in enumerate(groups)
    )
    kept = set(ids.values())
    taken: dict[EntityId, set[EntityId]] = defaultdict(set)
    for claim in claims:
        taken[claim.old].add(households[claim.group].id)
    ended = tuple(Ended(gone, tuple(sorted(taken[gone]))) for gone in sorted(old.keys() - kept))
    return Rebuilt(households, ended)


def together(members: Iterable[Member]) -> Iterator[tuple[Member, ...]]:
    """The members of each household of one address, in the order of time: those whose spells overlap.

    Example:
        >>> utc = dt.timezone.utc
        >>> year = lambda number: dt.datetime(number, 1, 1, tzinfo=utc)
        >>> one = Member(EntityId("P-1"), year(2019), year(2022))
        >>> next_ = Member(EntityId("P-2"), year(2022), year(2024))
        >>> [len(household) for household in together([next_, one])]
        [1, 1]
    """
    group: list[Member] = []
    until: dt.datetime | None = None
    for member in sorted(set(members), key=lambda member: (member.start, member.person, member.end)):
        if until is not None and member.start >= until:
            yield tuple(group)
            group, until = [], None
        group.append(member)
        until = member.end if until is None else max(until, member.end)
    if group:
        yield tuple(group)


def crowded(members: tuple[Member, ...]) -> bool:
    """Whether more of them were there at one moment than a household has."""
    # Ends sort before starts at the same moment: intervals are half-open.
    moves = sorted([(member.start, 1) for member in members] + [(member.end, -1) for member in members])
    present = 0
    for _, step in moves:
        present += step
        if present > COMMUNAL_ABOVE:
            return True
    return False


def _claims(
    groups: list[_Group], before: Iterable[Household], successors: Mapping[EntityId, Iterable[EntityId]]
) -> Iterator[_Claim]:
    where: dict[tuple[EntityId, EntityId], list[tuple[int, Member]]] = defaultdict(list)
    for index, group in enumerate(groups):
        for member in group.members:
            where[group.address, member.person].append((index, member))
    for home in before:
        people: dict[int, set[EntityId]] = defaultdict(set)
        # In whole days: a few hundred stays to the year 9999 are more than a timedelta can hold.
        time: dict[int, int] = defaultdict(int)
        for address in {home.address, *successors.get(home.address, ())}:
            for member in home.members:
                for person in {member.person, *successors.get(member.person, ())}:
                    for index, now in where.get((address, person), ()):
                        people[index].add(member.person)
                        shared = min(now.end, member.end) - max(now.start, member.start)
                        time[index] += max(0, shared.days)
        for index, together in people.items():
            yield _Claim(len(together), groups[index].address == home.address, time[index], home.id, index)


def _follow(claims: Iterable[_Claim]) -> dict[int, EntityId]:
    ids: dict[int, EntityId] = {}
    given: set[EntityId] = set()
    strongest = sorted(
        claims,
        key=lambda claim: (-claim.shared, not claim.same_address, -claim.shared_time, claim.old, claim.group),
    )
    for claim in strongest:
        if claim.group not in ids and claim.old not in given:
            ids[claim.group] = claim.old
            given.add(claim.old)
    return ids
