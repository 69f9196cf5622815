"""Whom a figure is of: some of those whom episodes are about, and what is counted of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mast_analytics.digests import SALT, Hashes, hash_of, hashed, mixed
from mast_analytics.episodes import Episodes, deaths
from mast_analytics.history import Bools, Ints, begins
from mast_analytics.household_types import ORDER, HouseholdType, household_types
from mast_analytics.names import Names

HORIZONS: Final = (30, 91, 182, 365, 730, 1_095)
"""Days since the first contact at which it is shown where people stand, or which way they took so far."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Subjects by their first contact, and by who knew them; what is left out does not narrow.

    ``first_from`` and ``first_before`` are ordinals of days, the second one excluded. Of several contacts on
    the first day any may be of ``first_type``, or of ``first_agency``: their order is not known.
    """

    first_from: int | None = None
    first_before: int | None = None
    first_type: str | None = None
    first_agency: str | None = None
    known_to: str | None = None
    household_type: HouseholdType | None = None
    """Of households only."""


def selected(episodes: Episodes, selection: Selection) -> Episodes:
    """The episodes of those who are meant, all of each.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> len(selected(episodes(History(Known()), CutOff(now, now)), Selection(known_to="fire")).subject)
        0
    """
    if selection == Selection():
        return episodes
    history = episodes.history
    began = _first_days(episodes)
    keep = np.ones(len(began), np.bool_)
    if selection.first_from is not None:
        keep &= began >= selection.first_from
    if selection.first_before is not None:
        keep &= began < selection.first_before
    first = episodes.start == began
    if selection.first_type is not None:
        keep &= _whoever(episodes, first & _named(episodes.type, history.types, selection.first_type))
    if selection.first_agency is not None:
        keep &= _whoever(episodes, first & _named(episodes.agency, history.agencies, selection.first_agency))
    if selection.known_to is not None:
        keep &= _whoever(episodes, _named(episodes.agency, history.agencies, selection.known_to))
    if selection.household_type is not None:
        households, types = household_types(episodes)
        of_type = households[types == ORDER.index(selection.household_type)]
        keep &= np.isin(episodes.subject, of_type)
    return _rows(episodes, keep)


def of_subjects(episodes: Episodes, subjects: Ints) -> Episodes:
    """The episodes of some subjects."""
    return _rows(episodes, np.isin(episodes.subject, subjects))


def paths(episodes: Episodes) -> dict[str, bytes]:
    """By its id, a digest of all that is counted of each subject: another one as soon as anything is another.

    Two cut-offs give the same digest of whoever nothing came to between them that figures show: no contact,
    no end, no death, none of ``HORIZONS`` passed. The type of a household is in it, and which contacts are
    not counted as they were recorded, for figures show both. How long somebody was followed beyond that is
    not in it, or all would be others each day, and the one of whom something is shown would hide among them.

    Digests are no secret and hold no id; of two paths that differ they are the same once in 2 to the power
    of 64.
    """
    if not len(episodes.subject):
        return {}
    history = episodes.history
    names = episodes.names
    until = episodes.cut_off.until
    end = np.where(episodes.open, 0, episodes.runs_to)
    over = ~episodes.open & (episodes.end < until)
    last = deaths(episodes.died, episodes.subject) + 1
    passed = np.searchsorted(HORIZONS, np.minimum(last, until) - _first_days(episodes), "right")
    columns = (episodes.severity, episodes.start, end, episodes.open, over, last, last < until, passed)
    rows = mixed(hashed(history.types)[episodes.type] + SALT, hashed(history.agencies)[episodes.agency])
    for column in columns:
        rows = mixed(rows, column.astype(np.uint64))
    first = np.flatnonzero(begins(episodes.subject))
    # Their order within a day says nothing, so that a sum has all there is to say.
    subjects, summed = episodes.subject[first], np.add.reduceat(rows, first)
    for place, said in (_types(episodes, subjects), _broken(episodes, subjects)):
        summed[place] = mixed(summed[place], said)
    return {
        names[subject]: digest.tobytes() for subject, digest in zip(subjects.tolist(), summed, strict=True)
    }


def _types(episodes: Episodes, subjects: Ints) -> tuple[Ints, Hashes]:
    """Places of the households of which it is known who lived there, and a number for the type of each.

    A type hangs on homes and on who was met as a child long before: on no row of the household's own.
    """
    households, types = household_types(episodes)
    some = types != ORDER.index(HouseholdType.NOBODY_KNOWN)
    return np.searchsorted(subjects, households[some]), types[some].astype(np.uint64)


def _broken(episodes: Episodes, subjects: Ints) -> tuple[Ints, Hashes]:
    """Places of the subjects with contacts that break a rule, and what each breaks."""
    if not episodes.treated:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    names = episodes.names
    number = {names[who]: place for place, who in enumerate(subjects.tolist())}
    sums: dict[int, int] = {}
    for each in episodes.treated:
        if (place := number.get(each.subject)) is not None:
            sums[place] = (sums.get(place, 0) + hash_of(f"{each.rule} {each.contact}")) % 2**64
    return np.array(list(sums), np.int64), np.array(list(sums.values()), np.uint64)


def _first_days(episodes: Episodes) -> Ints:
    """On each row the first day of its subject; rows are by subject and day."""
    new = begins(episodes.subject)
    days: Ints = episodes.start[new][np.cumsum(new) - 1] if len(new) else episodes.start
    return days


def _whoever(episodes: Episodes, rows: Bools) -> Bools:
    """All rows of those who have one of these."""
    return np.isin(episodes.subject, episodes.subject[rows])


def _named(column: Ints, names: Names, name: str) -> Bools:
    return np.isin(column, names.find([name]))


def _rows(episodes: Episodes, keep: Bools) -> Episodes:
    columns = ("subject", "contact", "type", "agency", "severity", "start", "end", "runs_to", "open")
    some = replace(episodes, **{name: getattr(episodes, name)[keep] for name in columns})
    there = set(some.subject.tolist())
    names = episodes.names
    named = {names[who] for who in there}
    return replace(
        some,
        died={who: day for who, day in episodes.died.items() if who in there},
        treated=tuple(each for each in episodes.treated if each.subject in named),
    )
