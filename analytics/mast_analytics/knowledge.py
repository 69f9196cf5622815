"""What was known, step by step: contacts, whose they were and where those lived, as it was recorded."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

from mast_analytics.event import Event
from mast_analytics.grouping import event_of
from mast_analytics.moves import Belief
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay
from mast_resolver.records import FOREVER

Said = KnownContact | KnownEntity | KnownStay
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
    everybody to have been known as who they are now, and where they lived as it is believed now: no service
    ever knew as much, but where everything was loaded in one go it is all there is to look at.
    """
    steps: list[tuple[dt.datetime, bool, Said]] = []
    every: tuple[Said, ...] = (*known.contacts, *known.entities, *known.stays)
    for each in every:
        if not as_happened:
            # Clocks are read in milliseconds: what was put right within one was on record at no moment.
            if each.recorded_from >= each.recorded_to:
                continue
            steps.append((each.recorded_from, True, each))
            if each.recorded_to < FOREVER:
                steps.append((each.recorded_to, False, each))
        elif each.recorded_to == FOREVER:
            steps.append((each.at if isinstance(each, KnownContact) else _BEGINNING, True, each))
    steps.sort(key=itemgetter(0, 1))  # at one moment what ends comes before what begins
    belief = _Contacts()
    for at, together in groupby(steps, key=itemgetter(0)):
        yield belief.take(at, ((begins, each) for _, begins, each in together))


def believed(known: Known) -> list[Event]:
    """Everything as it is believed now."""
    belief = Belief()
    for entity in known.entities:
        if entity.recorded_to == FOREVER:
            belief.identify(entity, begins=True)
    for stay in known.stays:
        if stay.recorded_to == FOREVER:
            belief.lives(stay, begins=True)
    belief.renew()
    return [
        event_of(each, belief.entities, belief.homes)
        for each in known.contacts
        if each.recorded_to == FOREVER
    ]


class _Contacts:
    """What is believed of contacts at a moment."""

    def __init__(self) -> None:
        self._belief = Belief()
        self._contacts: dict[str, KnownContact] = {}
        self._of_record: dict[str, set[str]] = defaultdict(set)

    def take(self, at: dt.datetime, steps: Iterable[tuple[bool, Said]]) -> Learnt:
        """What changes at one moment, by what begins or ends then: what ends comes first."""
        changed, records = set[str](), set[str]()
        for begins, said in steps:
            if isinstance(said, KnownContact):
                changed.add(self._contact(said, begins=begins))
            elif isinstance(said, KnownEntity):
                self._belief.identify(said, begins=begins)
                records.add(said.record)
            else:
                self._belief.lives(said, begins=begins)
        records |= self._belief.renew()
        changed = changed.union(*(self._of_record.get(record, ()) for record in records))
        events = tuple(
            event_of(self._contacts[id_], self._belief.entities, self._belief.homes)
            for id_ in sorted(changed)
            if id_ in self._contacts
        )
        return Learnt(at, events, tuple(sorted(id_ for id_ in changed if id_ not in self._contacts)))

    def _contact(self, said: KnownContact, *, begins: bool) -> str:
        if begins:
            self._contacts[said.id] = said
            for record, _ in said.touches:
                self._of_record[record].add(said.id)
        elif self._contacts.get(said.id) == said:
            del self._contacts[said.id]
        return said.id
