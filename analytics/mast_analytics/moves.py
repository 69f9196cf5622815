"""Who lives where as it is believed, step by step: by what records say of homes, and whose they are.

By the same rules as the households that the service knows (``mast_resolver.residence``, ``household``), of
what was on record at each step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from mast_analytics.grouping import Homes
from mast_resolver.household import Member, crowded, together
from mast_resolver.known import KnownEntity, KnownHome, KnownStay
from mast_resolver.records import EntityId
from mast_resolver.residence import Stay, spells


class Belief:
    """Who each record is believed to be, and where people live by that."""

    def __init__(self) -> None:
        self.entities: dict[str, str] = {}
        self.homes = Homes()
        self._records: dict[str, set[str]] = defaultdict(set)
        self._communal: set[str] = set()
        self._stays: dict[str, list[KnownStay]] = defaultdict(list)
        self._living_at: dict[str, set[str]] = defaultdict(set)
        """By address record, the records of people who were ever said to live there."""
        self._at: dict[str, dict[str, list[Member]]] = defaultdict(dict)
        """By address, and by person, when they lived there."""
        self._of: dict[str, frozenset[EntityId]] = {}
        """By person, the addresses where they did."""
        self._people: set[str] = set()
        self._addresses: set[str] = set()

    def identify(self, said: KnownEntity, *, begins: bool) -> None:
        """A record is somebody, or is so no longer."""
        record, entity = said.record, said.entity
        if begins:
            self.entities[record] = entity
            self._records[entity].add(record)
            (self._communal.add if said.communal else self._communal.discard)(record)
        elif self.entities.get(record) == entity:
            del self.entities[record]
            self._records[entity].discard(record)
        if entity.startswith("A-"):
            self._addresses.add(entity)
            self._look_at(self._living_at.get(record, ()))
        else:
            self._people.add(entity)

    def lives(self, said: KnownStay, *, begins: bool) -> None:
        """A record is said to live somewhere, or is so no longer."""
        if begins:
            self._stays[said.record].append(said)
            self._living_at[said.place].add(said.record)
        else:
            self._stays[said.record].remove(said)
        self._look_at((said.record,))

    def renew(self) -> set[str]:
        """Work homes out anew where something was said. Returns records whose contacts have others now."""
        people, self._people = self._people, set()
        for person in people:
            self._settle(person)
        addresses, self._addresses = self._addresses, set()
        changed = set[str]()
        for address in addresses:
            changed |= self.homes.put(address, list(self._households(address)))
        return set(chain.from_iterable(self._records.get(each, ()) for each in changed))

    def _look_at(self, records: Iterable[str]) -> None:
        self._people.update(self.entities[record] for record in records if record in self.entities)

    def _settle(self, person: str) -> None:
        found = _members(EntityId(person), self._said(person))
        for address in self._of.get(person, ()):
            if address not in found:
                del self._at[address][person]
                self._addresses.add(address)
        for address, members in found.items():
            if self._at[address].get(person) != members:
                self._at[address][person] = members
                self._addresses.add(address)
        self._of[person] = frozenset(found)

    def _said(self, person: str) -> Iterable[Stay]:
        for record in self._records.get(person, ()):
            for said in self._stays.get(record, ()):
                if said.place in self.entities:
                    yield Stay(
                        EntityId(self.entities[said.place]),
                        said.start,
                        said.seen,
                        said.end,
                        said.inferred,
                        said.lapsed,
                    )

    def _households(self, address: str) -> Iterable[KnownHome]:
        establishment = not self._communal.isdisjoint(self._records.get(address, ()))
        everybody = chain.from_iterable(self._at.get(address, {}).values())
        for number, members in enumerate(together(everybody)):
            communal = establishment or crowded(members)
            for each in members:
                yield KnownHome(
                    each.person, household_id(address, number), address, each.start, each.end, communal
                )


def household_id(address: str, number: int) -> str:
    """What a household is counted as: the address as it was known, and which of its households it is.

    Ids that the service gives follow whoever is left there now. These are of what was known at the time and
    of nothing else, so that the same question is of the same households whenever it is asked. They lead
    nowhere.

    Example:
        >>> household_id("A-1", 0)
        'H-of-A-1-0'
    """
    return f"H-of-{address}-{number}"


def _members(person: EntityId, stays: Iterable[Stay]) -> Mapping[EntityId, list[Member]]:
    found: dict[EntityId, list[Member]] = defaultdict(list)
    for spell in spells(stays):
        found[spell.address].append(Member(person, spell.start, spell.end))
    return found
