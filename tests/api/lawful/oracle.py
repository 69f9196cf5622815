"""What may be shown, worked out from what was said and agreed, in a few lines of plain Python.

It shares no code with the service but the types of agreements and the table of contact types.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mast_graph.agreement import Agreement, Term, View
from mast_resolver.vocabulary import vocabulary


@dataclass(frozen=True)
class Asker:
    """Who asks: which classes of data their role may see, and whether it may see more than the latest."""

    role: str
    purpose: str
    agency: str
    classes: frozenset[str]
    full: bool


@dataclass
class Event:
    """A contact as it was said; ``people`` are references of records, ``place`` a line of an address."""

    agency: str
    type: str
    agreement: str
    at: dt.datetime
    open: bool
    people: set[tuple[str, str]] = field(default_factory=set)
    place: str = ""

    @property
    def data_class(self) -> str:
        return vocabulary().contact_type(self.type).data_class


def months_before(day: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months ago, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for back in range(4):
        try:
            return day.replace(year=year, month=month + 1, day=day.day - back)
        except ValueError:
            continue
    raise AssertionError


def serves(agreement: Agreement, asker: Asker, now: dt.datetime) -> bool:
    """Whether an agreement is in force for whoever asks what for."""
    today = now.date()
    return (
        asker.purpose in agreement.purposes
        and (not asker.agency or asker.agency in agreement.parties)
        and (agreement.starts is None or agreement.starts <= today)
        and (agreement.ends is None or today < agreement.ends)
        and agreement.review_by is not None
        and today <= agreement.review_by
    )


def covered(event: Event, agreements: Mapping[str, Agreement], asker: Asker, now: dt.datetime) -> str:
    """How an event may be shown: not at all (the empty text), as the latest, or whatever else there is."""
    if (term := term_of(event, agreements, asker, now)) is None:
        return ""
    full = term.view is View.FULL and asker.full
    months = term.months if full else min(12, term.months)
    if event.open:
        return "full"
    if event.at >= months_before(now, months):
        return "full" if full else "latest"
    return ""


def term_of(event: Event, agreements: Mapping[str, Agreement], asker: Asker, now: dt.datetime) -> Term | None:
    """The term of an agreement that serves it to the asker, if there is one."""
    agreement = agreements.get(event.agreement)
    if agreement is None or not serves(agreement, asker, now):
        return None
    if event.data_class not in asker.classes or event.agency not in agreement.parties:
        return None
    of_class = (term for term in agreement.terms if term.data_class == event.data_class)
    return next((term for term in of_class if term.gateway), None)


def counts_of_person(
    events: Iterable[Event], agreements: Mapping[str, Agreement], asker: Asker, now: dt.datetime
) -> set[tuple[str, int, int, int]]:
    """For each agency that has something to show: how many in how many months, and how many are open.

    As far back as all of it is shown: twelve months, or fewer where a term shows fewer.
    """
    counted: set[tuple[str, int, int, int]] = set()
    shown = [event for event in events if covered(event, agreements, asker, now)]
    for agency in {event.agency for event in shown}:
        theirs = [event for event in shown if event.agency == agency]
        terms = [term_of(event, agreements, asker, now) for event in theirs]
        months = min([12, *(term.months for term in terms if term)])
        within = sum(event.at >= months_before(now, months) for event in theirs)
        counted.add((agency, within, months, sum(event.open for event in theirs)))
    return counted


def one_by_one(
    whose: Iterable[Iterable[Event]], agreements: Mapping[str, Agreement], asker: Asker, now: dt.datetime
) -> set[dt.datetime]:
    """When those were that may be shown one by one of somebody or of some place."""
    return {at for events in whose for at in of_person(events, agreements, asker, now)}


def of_person(
    events: Iterable[Event], agreements: Mapping[str, Agreement], asker: Asker, now: dt.datetime
) -> set[dt.datetime]:
    """When those of a person's events were to be shown: open ones, the latest of each kind, or all."""
    shown: set[dt.datetime] = set()
    latest: dict[tuple[str, str], dt.datetime] = {}
    for event in events:
        how = covered(event, agreements, asker, now)
        if how == "full":
            shown.add(event.at)
        if how:
            kind = (event.agency, event.type)
            latest[kind] = max(event.at, latest.get(kind, event.at))
    return shown | set(latest.values())
