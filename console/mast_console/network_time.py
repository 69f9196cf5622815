"""A network in time: what happened when, and the days on which something changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from mast_console import dates, things, words
from mast_console.things import Narrowed, Thing

MOST_DAYS: Final = 200
"""Days to choose from, the latest: a slider of more cannot be moved by one."""

LEFT: Final = "Left a household"
"""Of two things at one moment it was the first: who moves leaves, and comes."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to things of a network at a moment, and what else is to be said of it."""

    at: str
    title: str
    about: tuple[Thing, ...]
    note: str = ""
    open: bool = False
    agency: str = ""

    @property
    def day(self) -> dt.date:
        """On which day, here."""
        return dates.moment(self.at).date()

    @property
    def ids(self) -> frozenset[str]:
        """Of whom and what it is about."""
        return frozenset(each.id for each in self.about)

    @property
    def says(self) -> str:
        """In one line."""
        return f"{self.title}: {', '.join(each.name for each in self.about)}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something changed, and what."""

    day: dt.date
    says: str


def events_of(answer: Mapping[str, Any], narrowed: Narrowed = things.EVERYTHING) -> list[Event]:
    """Who came and went, and which contacts agencies had, the latest first; only what is wanted.

    Example:
        >>> spell = {"begin": "2026-03-01", "end": "2026-05-03", "inferred": False}
        >>> home = {"id": "H-1", "members": [{"personId": "P-1", "spells": [spell]}]}
        >>> answer = {"people": [{"personId": "P-1"}], "households": [{"household": home}], "contacts": []}
        >>> [(each.at, each.title) for each in events_of(answer)]
        [('2026-05-03', 'Left a household'), ('2026-03-01', 'Came to a household')]
    """
    every = (*_stays(answer), *_contacts(answer))
    found = [each for each in every if narrowed.has(_kinds(each), each.agency, is_open=each.open)]
    return sorted(
        found, key=lambda each: (dates.moment(each.at), each.title != LEFT, each.says), reverse=True
    )


def days_of(
    events: Iterable[Event], since: dt.date | None = None, before: dt.date = dt.date.max
) -> list[Day]:
    """The days on which something changed, the earliest first, each with what did.

    Those ``before`` today: what changed today is how it is now.

    Example:
        >>> came = Event("2026-03-01", "Came to a household", (things.person("P-1"),))
        >>> went = Event("2026-05-03", "Left a household", (things.person("P-1"),))
        >>> [each.says for each in days_of([came, went, came], since=dt.date(2026, 3, 2))]
        ['3 May 2026. Left a household: Person 1']
    """
    found = []
    by_day = sorted({(each.day, each.says) for each in events})
    for day, changes in groupby(by_day, key=lambda each: each[0]):
        if day >= before or (since and day < since):
            continue
        first, *more = [says for _, says in changes]
        said = f"{dates.day(day.isoformat())}. {first}"
        found.append(Day(day, f"{said}; and {len(more)} more" if more else said))
    return found[-MOST_DAYS:]


def _stays(answer: Mapping[str, Any]) -> Iterator[Event]:
    people = {each["personId"] for each in answer["people"]}
    for household in (each["household"] for each in answer["households"]):
        for member in household["members"]:
            if member["personId"] not in people:
                continue
            about = (things.person(member["personId"]), things.household(household["id"]))
            for spell in member["spells"]:
                note = "No agency says on which day." if spell["inferred"] else ""
                yield Event(spell["begin"], "Came to a household", about, note)
                if spell["end"]:
                    yield Event(spell["end"], LEFT, about)


def _contacts(answer: Mapping[str, Any]) -> Iterator[Event]:
    for each in answer["contacts"]:
        contact, agency = each["contact"], each["contact"]["agency"]
        about = tuple(map(things.of, (*each["personIds"], *each["addressIds"])))
        title, is_open = words.title(contact["title"]), contact["status"] == "OPEN"
        note, known = f"{agency['name']}.", agency["id"]
        yield Event(contact["at"], title, about, note, is_open, known)
        if contact["closedAt"]:
            yield Event(contact["closedAt"], f"Closed: {title}", about, note, agency=known)


def _kinds(event: Event) -> frozenset[str]:
    """What an event needs, to be wanted: an agency, where it has a contact with something."""
    kinds = {each.kind for each in event.about}
    return frozenset(kinds if "household" in kinds else kinds | {"agency"})
