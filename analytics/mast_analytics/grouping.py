"""From what is known of contacts to events: whom, which households and which addresses each touches."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from mast_analytics.event import Event, GroupBy
from mast_resolver.known import KnownContact, KnownHome
from mast_resolver.vocabulary import vocabulary

PLACE: Final = "place"
"""The role of where it happened."""
Roles = dict[str, frozenset[str]]
_NONE: Final[frozenset[str]] = frozenset()


class Homes:
    """Who lived where, by person and by address."""

    def __init__(self, homes: Iterable[KnownHome] = ()) -> None:
        self._of_person: dict[str, list[KnownHome]] = defaultdict(list)
        self._at_address: dict[str, list[KnownHome]] = defaultdict(list)
        for home in homes:
            self._of_person[home.person].append(home)
            self._at_address[home.address].append(home)

    def of(self, person: str, at: dt.datetime) -> list[KnownHome]:
        """Where a person lived at a moment; two homes are two."""
        return [home for home in self._of_person.get(person, ()) if home.start <= at < home.end]

    def lived_at(self, address: str, at: dt.datetime) -> list[KnownHome]:
        """Who lived at an address at a moment."""
        return [home for home in self._at_address.get(address, ()) if home.start <= at < home.end]

    def put(self, address: str, homes: list[KnownHome]) -> set[str]:
        """Say anew who lived at an address. Returns whose contacts are of other homes by it.

        People of whom it differs, and the address where its households do. Of a hostel that is of nobody
        else who lives there: thousands do one after another, and each would be looked at for each of them.
        """
        before = self._at_address.pop(address, [])
        if homes:
            self._at_address[address] = homes
        if before == homes:
            return set()
        gone, come = set(before).difference(homes), set(homes).difference(before)
        for person in {home.person for home in gone}:
            self._of_person[person] = [each for each in self._of_person[person] if each not in gone]
        for home in come:
            self._of_person[home.person].append(home)
        differ = set(map(_counted, gone)) ^ set(map(_counted, come))
        changed = {person for person, *_ in differ}
        if any(household for _, household, *_ in differ) and _occupied(before) != _occupied(homes):
            changed.add(address)
        return changed


def _counted(home: KnownHome) -> tuple[str, str, dt.datetime, dt.datetime]:
    """What events are told of a home: of a hostel not which of its households it is."""
    return home.person, "" if home.communal else home.household, home.start, home.end


def _occupied(homes: Iterable[KnownHome]) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """From when until when somebody was in each household; it has no gaps."""
    found: dict[str, tuple[dt.datetime, dt.datetime]] = {}
    for home in homes:
        if not home.communal:
            start, end = found.get(home.household, (home.start, home.end))
            found[home.household] = min(start, home.start), max(end, home.end)
    return found


def event_of(contact: KnownContact, entities: Mapping[str, str], homes: Homes) -> Event:
    """The contact as rules look at it; ``entities`` says who each record is.

    A household or an address is touched through those who lived there at that moment, and as the place of
    the contact itself. A hostel is an address, and no household.

    Example:
        >>> at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> check = KnownContact("c", "WELFARE_CHECK", "police", "police", 1, None, None, at, None, False,
        ...                      (("r1", "subject"),), at)
        >>> event_of(check, {"r1": "P-1"}, Homes([])).groups[GroupBy.PERSON]
        {'P-1': frozenset({'subject'})}
    """
    people: Roles = {}
    households: Roles = {}
    addresses: Roles = {}
    for record, role in contact.touches:
        entity = entities.get(record)
        if entity is None:
            continue
        if entity.startswith("A-"):
            _touch(addresses, entity, PLACE)
            for home in homes.lived_at(entity, contact.at):
                _touch_household(households, home, PLACE)
            continue
        _touch(people, entity, role)
        for home in homes.of(entity, contact.at):
            _touch(addresses, home.address, role)
            _touch_household(households, home, role)
    kind = vocabulary().contact_type(contact.type)
    return Event(
        id=contact.id,
        type=contact.type,
        at=contact.at,
        agency=contact.agency,
        agency_kind=kind.agency_kind,
        data_class=contact.data_class,
        agreement=contact.agreement,
        severity=contact.severity,
        category=contact.category,
        team=contact.team,
        closed_at=contact.closed_at,
        open=contact.open,
        episode=kind.episode,
        groups={GroupBy.PERSON: people, GroupBy.HOUSEHOLD: households, GroupBy.ADDRESS: addresses},
    )


def _touch_household(households: Roles, home: KnownHome, role: str) -> None:
    if not home.communal:
        _touch(households, home.household, role)


def _touch(roles: Roles, id_: str, role: str) -> None:
    roles[id_] = roles.get(id_, _NONE) | {role}
