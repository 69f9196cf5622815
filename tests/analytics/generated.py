"""The generated borough as analytics knows it, without a graph: everybody is who they are, on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from mast_analytics.civil import Span, Unit
from mast_analytics.episodes import CutOff
from mast_analytics.event import GroupBy
from mast_analytics.history import History
from mast_analytics.rule import Compared, Condition, Kind, Rule, Selection
from mast_analytics.rule_yaml import read_rules
from mast_fixtures.borough.build import write_diary
from mast_fixtures.borough.calendar import DAY, END, NEVER
from mast_fixtures.borough.case_study import CaseStudy
from mast_fixtures.borough.events import Diary, Event
from mast_fixtures.borough.life import build_town
from mast_fixtures.borough.people import Town
from mast_fixtures.borough.streams import stream
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary


def moment(minutes: int) -> dt.datetime:
    """Of the generator's minutes."""
    day = dt.datetime.fromordinal(minutes // DAY).replace(tzinfo=dt.UTC)
    return day + dt.timedelta(minutes=minutes % DAY)


SEEN = CutOff(moment(END * DAY - 1), moment((END + 1) * DAY))
"""The last day of the six years, and all that was recorded of them."""


def borough(people: int, seed: int) -> History:
    """What befell each person in six years: of a contact only whom it was about; and where each lived."""
    return History(borough_known(people, seed))


def borough_known(people: int, seed: int) -> Known:
    """The same, as objects."""
    town, diary = lived(people, seed)
    return known(_contacts(diary), _homes(town))


def lived(people: int, seed: int) -> tuple[Town, Diary]:
    """Everybody as they truly are, and what happened to them."""
    case = CaseStudy()
    town, _ = build_town(people, seed, stream(seed, "people"), case.settle)
    return town, write_diary(town, case, seed)


def known(contacts: Iterable[KnownContact], homes: Iterable[KnownStay] = ()) -> Known:
    """Contacts of people who were always known as who they are, and where they live."""
    said, stays, always = tuple(contacts), tuple(homes), moment(DAY)
    records = {record for each in said for record, _ in each.touches} | {each.record for each in stays}
    places = {each.place for each in stays}
    people = (KnownEntity(each, "P-" + each, always) for each in sorted(records))
    return Known(said, (*people, *(KnownEntity(each, "A-" + each, always) for each in sorted(places))), stays)


def _contacts(diary: Diary) -> Iterator[KnownContact]:
    events = (each for events in diary.events.values() for each in events if each.roles)
    for number, event in enumerate(events):
        yield contact(f"c{number}", event)


def _homes(town: Town) -> Iterator[KnownStay]:
    for person in town.people:
        for spell in person.spells:
            start = moment(spell.start * DAY)
            ends = moment(spell.end * DAY) if spell.end < NEVER else FOREVER
            yield KnownStay(str(person.index), f"at {spell.address}", start, ends, start, moment(DAY))


def contact(id_: str, event: Event) -> KnownContact:
    """As analytics knows an event: of whom it was about alone."""
    kind = vocabulary().contact_type(event.type)
    person, role = event.roles[0]
    at, closed = moment(event.at), moment(event.closed) if event.closed else None
    return KnownContact(
        id_, event.type, kind.agency_kind, kind.data_class, event.severity or kind.severity,
        event.category or None, None, at, closed, kind.episode and closed is None,
        ((str(person), role or "subject"),), at, FOREVER,
    )  # fmt: skip


@cache
def every(type_: str, outcome: str, within: int) -> Rule:
    """An alert for each contact of a type."""
    return replace(
        read_rules()[0],
        kind=Kind.EVENT_COUNT,
        group_by=GroupBy.PERSON,
        timespan=Span(1, Unit.MINUTE),
        selections=(Selection("each", types=frozenset({type_})),),
        condition=Condition(Compared("gte", 1)),
        suppression=None,
        outcome=frozenset({outcome}),
        outcome_within=Span(within, Unit.DAY),
    )
