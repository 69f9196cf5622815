"""What kind of household it was when services first met it, by whom is known to have lived there.

No date of birth is in the graph. Somebody is known as a child by what agencies recorded: as a child in a
household, or as whom a contact of children's services or of a school was about; all others are no child here.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

import numpy as np

from mast_analytics.episodes import NO_DAY, Episodes, seen_at
from mast_analytics.history import Ints, days_of
from mast_analytics.living import whose
from mast_analytics.reaching import first_days

CHILDREN: Final = frozenset({"children", "education"})
"""Classes of data of which contacts are about children."""
_NOON: Final = 43_200.0
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


class HouseholdType(StrEnum):
    """By those known to live there on the day of the first contact."""

    WITH_CHILDREN = "with_children"
    SEVERAL = "several"
    """Two or more, of whom none is known as a child."""
    ONE = "one"
    NOBODY_KNOWN = "nobody_known"


ORDER: Final = tuple(HouseholdType)


def household_types(episodes: Episodes) -> tuple[Ints, Ints]:
    """Households in ascending order, and the type of each, as a place in ``ORDER``.

    Nothing recorded after the first contact changes it: a child who is met later was not known then, and a
    type that depended on what came would look as if it had foreseen it.

    Example:
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.event import GroupBy
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> household_types(episodes(History(Known()), CutOff(now, now), by=GroupBy.HOUSEHOLD))[1].tolist()
        []
    """
    household, day = first_days(episodes, 0)
    homes = episodes.homes
    if homes is None or not len(household):
        return household[:0], day[:0]
    noon = (day - _EPOCH) * 86_400.0 + _NOON
    place = np.minimum(np.searchsorted(household, homes.household), len(household) - 1)
    there = (household[place] == homes.household) & (homes.start <= noon[place]) & (noon[place] < homes.end)
    place, person = np.unique(np.stack([place[there], homes.person[there]]), axis=1)
    count = np.bincount(place, minlength=len(household))
    child = np.zeros(len(household), np.bool_)
    child[place[_known_as_child(episodes)[person] <= day[place]]] = True
    found: Ints = np.select([child, count > 1, count == 1], [0, 1, 2], 3)
    return household, found


def counted(episodes: Episodes) -> dict[str, int]:
    """How many households there are of each type."""
    many = np.bincount(household_types(episodes)[1], minlength=len(ORDER))
    return {name.value: int(count) for name, count in zip(ORDER, many.tolist(), strict=True)}


def _known_as_child(episodes: Episodes) -> Ints:
    """The first day on which each was recorded as a child, as known at the cut-off; by number of name."""
    history, versions, touches = episodes.history, episodes.history.versions, episodes.history.touches
    of_children = np.isin(versions.data_class, history.data_classes.find(CHILDREN))[touches.version]
    as_child = np.isin(touches.role, history.roles.find(["child_in_household"]))
    as_child |= of_children & np.isin(touches.role, history.roles.find(["subject"]))
    rows = as_child & seen_at(history, episodes.cut_off)[touches.version]
    person = whose(history, episodes.cut_off.recorded)[touches.record[rows]]
    day = days_of(versions.at[touches.version[rows]])
    first = np.full(len(history.names.all), NO_DAY, np.int64)
    np.minimum.at(first, person[person >= 0], day[person >= 0])
    return first
