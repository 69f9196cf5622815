"""What in the audit log an information governance officer should look at: unusual use, by declared rules.

A flag is a reason to ask, not a finding. The rules see who asked when and for which ids, never what was found
out about anybody.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from mast_api.audit.chain import Entry
from mast_api.audit.trail import moment, questions

LONDON: Final = ZoneInfo("Europe/London")

ORDINARY_DAY: Final = 30
"""Questions that a busy desk asks in a day without anybody wondering."""

TIMES_OWN_HABIT: Final = 3
HABIT_DAYS: Final = 28
SAME_AGAIN: Final = 4
SAME_WITHIN: Final = dt.timedelta(days=7)
REFUSALS: Final = 5
AROUND_THE_CLOCK: Final = frozenset({"response-officer", "safeguarding-practitioner"})
OFFICE_HOURS: Final = range(7, 20)

_LOOKING: Final = frozenset(
    {"concernsAtAddress", "address", "person", "household", "searchPeople", "householdNetwork"}
)


class Habit(StrEnum):
    """Why somebody's use should be looked at."""

    VOLUME = "volume"
    SAME_AGAIN = "same-again"
    OUT_OF_HOURS = "out-of-hours"
    REFUSALS = "refusals"


@dataclass(frozen=True, slots=True)
class Flag:
    """Use that should be looked at: whose, on which day, how often; ``about`` is an id where there is one."""

    habit: Habit
    subject: str
    day: dt.date
    count: int
    says: str
    about: str = ""


def flags(entries: Iterable[Entry], *, since: dt.date) -> list[Flag]:
    """What stands out from ``since`` on, the latest first; entries before it say what a subject's habit is.

    Example:
        >>> asked = [{"sequence": n, "at": "2026-11-02T09:30:00+00:00", "event": "intent", "subject": "a-1",
        ...           "role": "safeguarding-analyst", "question": "person", "sought": {"ids": [f"P-{n}"]}}
        ...          for n in range(31)]
        >>> [(flag.habit.value, flag.count) for flag in flags(asked, since=dt.date(2026, 11, 1))]
        [('volume', 31)]
    """
    told = sorted(entries, key=lambda entry: int(entry["sequence"]))
    intents = [entry for entry in told if entry.get("event") == "intent"]
    answers = [entry for entry in told if entry.get("event") == "answer"]
    found = [*_volume(intents), *_same_again(answers), *_out_of_hours(intents), *_refusals(answers)]
    return sorted(
        (flag for flag in found if flag.day >= since),
        key=lambda flag: (-flag.day.toordinal(), flag.subject, flag.habit, flag.about),
    )


def _volume(intents: Iterable[Entry]) -> Iterator[Flag]:
    for subject, days in _by_day(intents).items():
        for day, count in days.items():
            before = [days[each] for each in days if 0 < (day - each).days <= HABIT_DAYS]
            usual = max(ORDINARY_DAY, TIMES_OWN_HABIT * median(before) if before else 0)
            if count > usual:
                says = f"{count} questions in a day; up to {usual:.0f} would be usual."
                yield Flag(Habit.VOLUME, subject, day, count, says)


def _same_again(answers: Iterable[Entry]) -> Iterator[Flag]:
    """The same place or person asked about again and again, on whatever way it was found."""
    looked: dict[tuple[str, str], list[dt.datetime]] = defaultdict(list)
    for entry in answers:
        kinds = entry.get("ids")
        if not isinstance(kinds, dict) or _LOOKING.isdisjoint(questions(entry)):
            continue
        for kind, theirs in (("addresses", kinds.get("addresses")), ("people", kinds.get("people"))):
            # An answer about a place names its residents too: only a single one was what was asked for.
            if isinstance(theirs, list) and len(theirs) == 1:
                looked[f"{kind}:{theirs[0]}", str(entry.get("subject"))].append(moment(entry))
    for (about, subject), moments in looked.items():
        count, last = max((sum(at - SAME_WITHIN < each <= at for each in moments), at) for at in moments)
        if count >= SAME_AGAIN:
            says = f"The same one asked about {count} times in {SAME_WITHIN.days} days."
            yield Flag(Habit.SAME_AGAIN, subject, _day(last), count, says, about.partition(":")[2])


def _out_of_hours(intents: Iterable[Entry]) -> Iterator[Flag]:
    late = [
        entry for entry in intents if entry.get("role") not in AROUND_THE_CLOCK and _is_late(moment(entry))
    ]
    for subject, days in _by_day(late).items():
        for day, count in days.items():
            says = f"{count} questions outside office hours, in a role that keeps them."
            yield Flag(Habit.OUT_OF_HOURS, subject, day, count, says)


def _refusals(answers: Iterable[Entry]) -> Iterator[Flag]:
    refused = [entry for entry in answers if entry.get("outcome") == "refused"]
    for subject, days in _by_day(refused).items():
        for day, count in days.items():
            if count >= REFUSALS:
                yield Flag(Habit.REFUSALS, subject, day, count, f"{count} requests were refused in a day.")


def _by_day(entries: Iterable[Entry]) -> dict[str, Counter[dt.date]]:
    days: dict[str, Counter[dt.date]] = defaultdict(Counter)
    for entry in entries:
        days[str(entry.get("subject"))][_day(moment(entry))] += 1
    return days


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(LONDON).date()


def _is_late(at: dt.datetime) -> bool:
    there = at.astimezone(LONDON)
    return there.hour not in OFFICE_HOURS or there.weekday() >= 5
