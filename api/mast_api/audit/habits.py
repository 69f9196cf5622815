"""What in the audit log an information governance officer should look at: unusual use, by declared rules.

A flag is a reason to ask, not a finding. The rules see who asked when and for which ids, never what was found
out about anybody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Final

from mast_api.audit.chain import Entry
from mast_api.audit.staff import NOBODY, Staff
from mast_api.audit.trail import (
    IDENTITY_FOUND,
    IDENTITY_SOUGHT,
    IDS,
    LISTS,
    looked_for,
    moment,
    questions,
)
from mast_resolver.days import LONDON, morning

ORDINARY_DAY: Final = 30
"""Questions that a busy desk asks in a day without anybody wondering."""

TIMES_OWN_HABIT: Final = 3
HABIT_DAYS: Final = 28
SAME_AGAIN: Final = 4
SAME_WITHIN: Final = dt.timedelta(days=7)
SAME_ONE_SAYS: Final = "The same one looked at {} times in {} days."
SAME_SEARCH_SAYS: Final = (
    "A search for the same place or names, which came to none or several, made {} times in {} days."
)
DIFFERENT_IN_AN_HOUR: Final = 60
"""Different people and places within an hour of the clock: one a minute, without a pause."""

EXTRACT: Final = "networkExtract"
EXTRACT_SAYS: Final = "{} people were listed by taking the whole network page by page."
REFUSALS: Final = 5
AROUND_THE_CLOCK: Final = frozenset({"response-officer", "safeguarding-practitioner"})
OFFICE_HOURS: Final = range(7, 20)


class Habit(StrEnum):
    """Why somebody's use should be looked at."""

    VOLUME = "volume"
    SAME_AGAIN = "same-again"
    MANY_DIFFERENT = "many-different"
    NETWORK_EXTRACT = "network-extract"
    OUT_OF_HOURS = "out-of-hours"
    REFUSALS = "refusals"
    OWN_HOUSEHOLD = "own-household"
    COLLEAGUE = "colleague"


STAFF_SAYS: Final = {
    Habit.OWN_HOUSEHOLD: "Looked {} times at themselves, their own household or address.",
    Habit.COLLEAGUE: "Looked {} times at somebody of the staff.",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """Use that should be looked at: whose, on which day, how often; ``about`` is an id where there is one.

    ``search`` is by what a search is known again that names no id.
    """

    habit: Habit
    subject: str
    day: dt.date
    count: int
    says: str
    about: str = ""
    search: str = ""

    @property
    def id(self) -> str:
        """The same whenever the log is read; more of the same does not change it.

        Example:
            >>> Flag(Habit.VOLUME, "pc-1", dt.date(2026, 11, 2), 40, "").id
            'AF-b8ed6c4c9377da5469b991cc'
        """
        said = "|".join((self.habit, self.subject, self.day.isoformat(), self.about, self.search))
        return "AF-" + hashlib.sha256(said.encode()).hexdigest()[:24]


def flags(entries: Iterable[Entry], *, since: dt.date, staff: Staff = NOBODY) -> list[Flag]:
    """What stands out from ``since`` on, the latest first; entries before it say what a subject's habit is.

    By ``staff`` also looks at one's own household and at colleagues.

    Example:
        >>> asked = [{"sequence": n, "at": "2026-11-02T09:30:00+00:00", "event": "intent", "subject": "a-1",
        ...           "role": "safeguarding-analyst", "question": "person", "sought": {"ids": [f"P-{n}"]}}
        ...          for n in range(31)]
        >>> [(flag.habit.value, flag.count) for flag in flags(asked, since=dt.date(2026, 11, 1))]
        [('volume', 31)]
    """
    seen = _Seen()
    for entry in entries:
        seen.take(entry)
    found = [*_volume(seen.asked), *_same_again(seen.looked, says=SAME_ONE_SAYS)]
    # What a search is known again by is no id of anything.
    again = _same_again(seen.searched, says=SAME_SEARCH_SAYS)
    found += [replace(flag, about="", search=flag.about) for flag in again]
    found += [
        Flag(
            Habit.OUT_OF_HOURS,
            who,
            day,
            count,
            f"{count} questions outside office hours, in a role that keeps them.",
        )
        for (who, day), count in seen.late.items()
    ]
    found += _many_different(seen.different)
    # Its pages are of nobody in particular, so that none of their people was looked for: one page is enough.
    found += [
        Flag(Habit.NETWORK_EXTRACT, who, day, count, EXTRACT_SAYS.format(count))
        for (who, day), count in seen.listed.items()
        if count
    ]
    found += _of_staff(seen.looked, staff)
    found += [
        Flag(Habit.REFUSALS, who, day, count, f"{count} requests were refused in a day.")
        for (who, day), count in seen.refused.items()
        if count >= REFUSALS
    ]
    return sorted(
        (flag for flag in found if flag.day >= since),
        key=lambda flag: (-flag.day.toordinal(), flag.subject, flag.habit, flag.about),
    )


class _Seen:
    """Counts and moments of a log that was read once: a few bytes an entry, however long it is."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, dt.date]] = Counter()
        self.late: Counter[tuple[str, dt.date]] = Counter()
        self.refused: Counter[tuple[str, dt.date]] = Counter()
        self.listed: Counter[tuple[str, dt.date]] = Counter()
        self.different: dict[tuple[str, dt.datetime], set[int]] = defaultdict(set)
        self.looked: dict[tuple[str, str], list[dt.datetime]] = defaultdict(list)
        self.searched: dict[tuple[str, str], list[dt.datetime]] = defaultdict(list)

    def take(self, entry: Entry) -> None:
        who, at = str(entry.get("subject")), _done_at(entry)
        day = at.astimezone(LONDON).date()
        if entry.get("event") in ("intent", IDENTITY_SOUGHT):
            self.asked[who, day] += 1
            if entry.get("role") not in AROUND_THE_CLOCK and _is_late(at):
                self.late[who, day] += 1
        if entry.get("event") in ("intent", "refused", IDENTITY_SOUGHT):
            hour = at.replace(minute=0, second=0, microsecond=0)
            for question in questions(entry) or [""]:  # a command's look is no question of the schema
                self.different[who, hour].update(map(hash, looked_for(question, entry.get("sought"))))
        if entry.get("event") == "answer" and entry.get("outcome") == "refused":
            self.refused[who, day] += 1
        self.listed[who, day] += _listed(entry)
        for about in _looked_at(entry):
            self.looked[about, who].append(at)
        for found in _found(entry):
            if isinstance(search := found.get("search"), str):
                self.searched[search, who].append(at)


def _looked_at(entry: Entry) -> Iterator[str]:
    """Whom or what somebody looked at: every id that was asked for, and the one that a search found.

    Each question of a request is judged by itself: what else is asked with it, and what else is told, hides
    nothing.
    """
    if entry.get("event") == "intent" and LISTS.isdisjoint(questions(entry)):
        yield from _ids(entry.get("sought"))
    if entry.get("event") == IDENTITY_FOUND and isinstance(shown := entry.get("ids"), Mapping):
        # All of them were shown, the shielded too: nobody else is told of so many.
        yield from map(str, shown.get("people", ()))
    for each in _found(entry):
        one = list(_ids(each))
        if len(one) == 1:
            yield one[0]


def _found(entry: Entry) -> Iterator[Mapping[str, object]]:
    """What each search of a request came to."""
    found = entry.get("found") if entry.get("event") == "answer" else None
    yield from (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()


def _listed(entry: Entry) -> int:
    """How many people a page of the whole network told of; one who is on two pages counts twice."""
    if entry.get("event") != "answer" or EXTRACT not in questions(entry):
        return 0
    told = entry.get("ids")
    people = told.get("people") if isinstance(told, Mapping) else None
    return len(people) if isinstance(people, list) else 0


def _ids(said: object) -> Iterator[str]:
    for name in IDS:
        ids = said.get(name) if isinstance(said, dict) else None
        yield from (each for each in ids if isinstance(each, str)) if isinstance(ids, list) else ()


def _volume(asked: Mapping[tuple[str, dt.date], int]) -> Iterator[Flag]:
    days: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for (who, day), count in asked.items():
        days[who][day] = count
    for who, counts in days.items():
        for day, count in counts.items():
            before = [counts[each] for each in counts if 0 < (day - each).days <= HABIT_DAYS]
            usual = max(ORDINARY_DAY, TIMES_OWN_HABIT * median(before) if before else 0)
            if count > usual:
                says = f"{count} questions in a day; up to {usual:.0f} would be usual."
                yield Flag(Habit.VOLUME, who, day, count, says)


def _same_again(looked: Mapping[tuple[str, str], list[dt.datetime]], *, says: str) -> Iterator[Flag]:
    """The same place or person looked at again and again: each such week, for what was found of one says
    nothing of another."""
    for (about, who), moments in looked.items():
        for count, day in _weeks(sorted(moments)):
            yield Flag(Habit.SAME_AGAIN, who, day, count, says.format(count, SAME_WITHIN.days), about)


def _weeks(moments: Sequence[dt.datetime]) -> Iterator[tuple[int, dt.date]]:
    """Weeks with that many looks, none in two of them: how many looks, and the day of the last.

    From the last look back. So whichever look is one too many, with those of the week before it, is in one of
    these; and a week depends on nothing before it: neither on where the log was begun to be read nor on what
    was looked into meanwhile. A week ends with the day of its last look and reaches back from the first one
    of that day, so that another look on it is always one more.
    """
    after = len(moments)
    while after:
        day = moments[after - 1].astimezone(LONDON).date()
        earliest = bisect_left(moments, morning(day))
        first = bisect_right(moments, moments[earliest] - SAME_WITHIN)
        if after - first >= SAME_AGAIN:
            yield after - first, day
            after = first
        else:
            after -= 1


def _of_staff(looked: Mapping[tuple[str, str], list[dt.datetime]], staff: Staff) -> Iterator[Flag]:
    """Who looked at themselves, those they live with, or a colleague: once is enough."""
    for (about, who), moments in looked.items():
        if why := staff.why(who, about):
            days = Counter(at.astimezone(LONDON).date() for at in moments)
            for day, count in days.items():
                yield Flag(Habit(why), who, day, count, STAFF_SAYS[Habit(why)].format(count), about)


def _many_different(different: Mapping[tuple[str, dt.datetime], set[int]]) -> Iterator[Flag]:
    """Whoever goes through people or addresses one by one; every such hour of a day counts."""
    hours: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for (who, hour), things in different.items():
        if len(things) > DIFFERENT_IN_AN_HOUR:
            hours[who, hour.astimezone(LONDON).date()].append(len(things))
    for (who, day), counts in hours.items():
        within = "an hour" if len(counts) == 1 else f"{len(counts)} hours of a day"
        says = f"{sum(counts)} different people or places looked for within {within}."
        yield Flag(Habit.MANY_DIFFERENT, who, day, sum(counts), says)


def _done_at(entry: Entry) -> dt.datetime:
    """When it was done: what a command did is in the log once a service, or the command, takes it over."""
    if entry.get("event") in (IDENTITY_SOUGHT, IDENTITY_FOUND):
        return moment({"at": entry.get("done_at", entry["at"])})
    return moment(entry)


def _is_late(at: dt.datetime) -> bool:
    there = at.astimezone(LONDON)
    return there.hour not in OFFICE_HOURS or there.weekday() >= 5
