"""What was known, step by step: contacts, and whose they were, in the order in which they were recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

from mast_analytics.event import Event
from mast_analytics.grouping import Homes, event_of
from mast_resolver.known import Known, KnownContact, KnownEntity
from mast_resolver.records import FOREVER

Said = KnownContact | KnownEntity
_BEGINNING: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What became known at one moment: events, new or other than before, and ids of those withdrawn."""

    at: dt.datetime
    events: tuple[Event, ...]
    gone: tuple[str, ...]


def learnt(known: Known, *, as_happened: bool = False) -> Iterator[Learnt]:
    """What was learnt, moment by moment: at each only what was recorded by then counts.

    ``as_happened`` takes each contact to have been known when it happened, as it is believed now, and
    everybody to have been known as who they are now: no service ever knew as much, but where everything was
    loaded in one go it is all there is to look at. Where people lived is as believed now in either case:
    a record lived where the person lived whose it is now.
    """
    steps: list[tuple[dt.datetime, bool, Said]] = []
    every: tuple[Said, ...] = (*known.contacts, *known.entities)
    for each in every:
        if not as_happened:
            steps.append((each.recorded_from, True, each))
            if each.recorded_to < FOREVER:
                steps.append((each.recorded_to, False, each))
        elif each.recorded_to == FOREVER:
            steps.append((each.at if isinstance(each, KnownContact) else _BEGINNING, True, each))
    steps.sort(key=itemgetter(0, 1))  # at one moment what ends comes before what begins
    belief = _Belief(Homes(known.homes), _now(known))
    for at, together in groupby(steps, key=itemgetter(0)):
        yield belief.take(at, ((begins, each) for _, begins, each in together))


def believed(known: Known) -> list[Event]:
    """Everything as it is believed now."""
    entities = _now(known)
    homes = Homes(known.homes)
    return [event_of(each, entities, homes) for each in known.contacts if each.recorded_to == FOREVER]


def _now(known: Known) -> dict[str, str]:
    """Who each record is believed to be now."""
    return {each.record: each.entity for each in known.entities if each.recorded_to == FOREVER}


class _Belief:
    """What is believed at a moment."""

    def __init__(self, homes: Homes, now: Mapping[str, str]) -> None:
        self._homes, self._now = homes, now
        self._contacts: dict[str, KnownContact] = {}
        self._entities: dict[str, str] = {}
        self._of_record: dict[str, set[str]] = defaultdict(set)

    def take(self, at: dt.datetime, steps: Iterable[tuple[bool, Said]]) -> Learnt:
        """What changes at one moment, by what begins or ends then: what ends comes first."""
        changed: set[str] = set()
        for begins, said in steps:
            if isinstance(said, KnownEntity):
                changed |= self._entity(said, begins=begins)
            else:
                changed.add(self._contact(said, begins=begins))
        events = tuple(
            event_of(self._contacts[id_], self._entities, self._homes, self._now)
            for id_ in sorted(changed)
            if id_ in self._contacts
        )
        return Learnt(at, events, tuple(sorted(id_ for id_ in changed if id_ not in self._contacts)))

    def _entity(self, said: KnownEntity, *, begins: bool) -> set[str]:
        if begins:
            self._entities[said.record] = said.entity
        elif self._entities.get(said.record) == said.entity:
            del self._entities[said.record]
        return self._of_record.get(said.record, set())

    def _contact(self, said: KnownContact, *, begins: bool) -> str:
        if begins:
            self._contacts[said.id] = said
            for record, _ in said.touches:
                self._of_record[record].add(said.id)
        elif self._contacts.get(said.id) == said:
            del self._contacts[said.id]
        return said.id
