"""What was known, step by step: contacts, and whose they were, in the order in which they were recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from mast_analytics.event import Event
from mast_analytics.grouping import Homes, event_of
from mast_resolver.known import Known, KnownContact, KnownEntity
from mast_resolver.records import FOREVER


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
    loaded in one go it is all there is to look at. Where people lived is as believed now in either case.
    """
    steps: list[tuple[dt.datetime, str, Any]] = []
    for contact in known.contacts:
        if as_happened:
            if contact.recorded_to == FOREVER:
                steps.append((contact.at, "contact", contact))
            continue
        steps.append((contact.recorded_from, "contact", contact))
        if contact.recorded_to < FOREVER:
            steps.append((contact.recorded_to, "closed", contact))
    beginning = dt.datetime.min.replace(tzinfo=dt.UTC)
    for entity in known.entities:
        if as_happened:
            if entity.recorded_to == FOREVER:
                steps.append((beginning, "entity", entity))
            continue
        steps.append((entity.recorded_from, "entity", entity))
        if entity.recorded_to < FOREVER:
            steps.append((entity.recorded_to, "left", entity))
    steps.sort(key=itemgetter(0))
    belief = _Belief(Homes(known.homes))
    for at, together in groupby(steps, key=itemgetter(0)):
        yield belief.take(at, [(what, thing) for _, what, thing in together])


def believed(known: Known) -> list[Event]:
    """Everything as it is believed now."""
    entities = {each.record: each.entity for each in known.entities if each.recorded_to == FOREVER}
    homes = Homes(known.homes)
    return [event_of(each, entities, homes) for each in known.contacts if each.recorded_to == FOREVER]


class _Belief:
    """What is believed at a moment."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes
        self._contacts: dict[str, KnownContact] = {}
        self._entities: dict[str, str] = {}
        self._of_record: dict[str, set[str]] = defaultdict(set)

    def take(self, at: dt.datetime, steps: list[tuple[str, Any]]) -> Learnt:
        """What changes at one moment: what ends before what begins, in whatever order it was read."""
        changed: set[str] = set()
        for what, thing in sorted(steps, key=lambda step: step[0] in ("contact", "entity")):
            if isinstance(thing, KnownEntity):
                changed |= self._entity(thing, left=what == "left")
            else:
                changed.add(self._contact(thing, closed=what == "closed"))
        events = tuple(
            event_of(self._contacts[id_], self._entities, self._homes)
            for id_ in sorted(changed)
            if id_ in self._contacts
        )
        return Learnt(at, events, tuple(sorted(id_ for id_ in changed if id_ not in self._contacts)))

    def _entity(self, said: KnownEntity, *, left: bool) -> set[str]:
        if not left:
            self._entities[said.record] = said.entity
        elif self._entities.get(said.record) == said.entity:
            del self._entities[said.record]
        return self._of_record.get(said.record, set())

    def _contact(self, said: KnownContact, *, closed: bool) -> str:
        if not closed:
            self._contacts[said.id] = said
            for record, _ in said.touches:
                self._of_record[record].add(said.id)
        elif self._contacts.get(said.id) == said:
            del self._contacts[said.id]
        return said.id
