"""Claims that something was avoided, as a file says them; every count of them is looked up, none is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from mast_analytics.civil import day_in_words
from mast_analytics.clusters import by_cluster, clusters_of, dispersion, dominated, households_of, spread
from mast_analytics.costs import Action, Avoided, Counted, Counterfactual, nothing
from mast_analytics.disclosure.policies import Policy
from mast_analytics.episodes import CutOff, seen_at
from mast_analytics.history import Bools, History, Ints, days_of
from mast_analytics.release.costs import shown_avoided
from mast_analytics.unit_costs import UnitCost
from mast_analytics.volumes import WEEK, people_behind, touched_by, whole_from
from mast_resolver.days import LONDON
from mast_resolver.errors import UnitCostsError

WANTED: Final = ("title", "contact_type", "from", "until")
BEFORE: Final = "the action was logged before the days were over that stand for a time without it"
Logged = Callable[[str], dt.datetime | None]
"""When the action of a reference was logged; ``None`` where it is in no log."""
KNOWN: Final = (*WANTED, "unit_cost", "action", "counterfactual")


@dataclass(frozen=True, slots=True)
class Window:
    """Days, the last one excluded."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Claim:
    """That contacts of a type were fewer in a window than they would have been.

    What is not said is ``None``: the claim then comes to nought.
    """

    title: str
    contact_type: str
    observed: Window
    unit_cost: str | None
    action: Action | None
    described: str | None
    otherwise: Window | None


def read_claims(path: Path) -> list[Claim]:
    """All claims of a YAML file, a list under ``claims``.

    Raises:
        UnitCostsError: it cannot be read, or an entry is none; the entry is named.
    """
    try:
        entries = yaml.safe_load(path.read_text("utf-8"))["claims"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        raise UnitCostsError(
            "a file of claims cannot be read", fix="write a list under claims, as docs/costs.md shows"
        ) from None
    found = []
    for place, entry in enumerate(entries if isinstance(entries, list) else [None], start=1):
        try:
            found.append(_claim(entry))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UnitCostsError(
                f"claim {place} is none: it says {', '.join(WANTED)}, and no more than {', '.join(KNOWN)}",
                fix="write it as docs/costs.md shows",
            ) from None
    return found


def weighed(
    history: History,
    cut_off: CutOff,
    claims: list[Claim],
    unit_costs: Mapping[str, UnitCost],
    policy: Policy,
    *,
    logged: Logged,
) -> list[tuple[str, Avoided]]:
    """Each claim by its title, from counts and actions that are looked up, as it may be shown.

    It comes to nought where agreements let a part of a window be counted only: a year before that lost its
    first months would hide what was avoided, and a year after that lost them would make it up. And where a
    window begins after the last day that the cut-off sees: nothing was seen yet of what is claimed. And where
    the action is in no log (``logged``), or was there before the days were over that it is compared with.
    """
    found, since = [], whole_from(history, cut_off)
    for claim in claims:
        if max(each.start for each in (claim.observed, claim.otherwise) if each).toordinal() >= cut_off.until:
            last = day_in_words(dt.date.fromordinal(cut_off.until - 1))
            found.append(
                (claim.title, nothing(f"a window begins after {last}, the last day that is counted"))
            )
            continue
        observed, otherwise, people = _looked_up(history, cut_off, claim)
        cost, kinds = unit_costs.get(claim.unit_cost or ""), history.types.find([claim.contact_type])
        action = _on_record(claim.action, logged)
        avoided = shown_avoided(
            observed,
            dt.datetime.combine(claim.observed.start, dt.time(), LONDON),
            people=people,
            action=action,
            counterfactual=None if otherwise is None else Counterfactual(claim.described or "", otherwise),
            unit_cost=cost if cost is not None and cost.contact_type == claim.contact_type else None,
            policy=policy,
        )
        if reasons := _untrue(claim, since[np.isin(history.versions.type, kinds)], action):
            avoided = nothing(*reasons, *avoided.missing)
        found.append((claim.title, avoided))
    return found


def _on_record(action: Action | None, logged: Logged) -> Action | None:
    """The action as of when it was logged: what a claim says of that counts for nothing."""
    at = None if action is None else logged(action.reference)
    return None if action is None or at is None else replace(action, logged=at)


def _untrue(claim: Claim, since: Ints, action: Action | None) -> list[str]:
    """Why nothing is claimed although nothing is missing; ``action`` as it is on record."""
    found, whole = list[str](), dt.date.fromordinal(max(1, int(since.max(initial=0))))
    if min(each.start for each in (claim.observed, claim.otherwise) if each) < whole:
        day = day_in_words(whole)
        found.append(f"agreements let such contacts be counted from {day} on, and a window begins before")
    otherwise = claim.otherwise
    if action is not None and otherwise is not None and otherwise.end <= claim.observed.start:
        over = dt.datetime.combine(otherwise.end, dt.time(), LONDON)
        found += [BEFORE] if action.logged < over else []
    return found


def counted(history: History, cut_off: CutOff, contact_type: str, window: Window) -> tuple[Counted, int]:
    """Contacts of a type that began in a window, as known at the cut-off, over its days; and of how many people.

    Days that the cut-off does not see are no exposure.
    """  # noqa: E501
    start, end = _days(window, cut_off)
    rows, day = _of_type(history, cut_off, contact_type)
    rows &= (day >= start) & (day < end)
    return Counted(int(rows.sum()), float(end - start)), people_behind(history, cut_off, rows)


def _looked_up(
    history: History, cut_off: CutOff, claim: Claim
) -> tuple[Counted, Counted | None, tuple[int, int]]:
    """What was observed, what of the counterfactual, and of how many people each is."""
    observed, people = counted(history, cut_off, claim.contact_type, claim.observed)
    if claim.otherwise is None:
        return observed, None, (people, 0)
    _, before = counted(history, cut_off, claim.contact_type, claim.otherwise)
    both = compared(history, cut_off, claim.contact_type, claim.observed, claim.otherwise)
    return *both, (people, before)


def compared(
    history: History, cut_off: CutOff, contact_type: str, observed: Window, otherwise: Window
) -> tuple[Counted, Counted]:
    """Contacts of a type in two windows, and how much their difference varies more than that of Poisson's.

    That is the more of what weeks show (:func:`~mast_analytics.clusters.dispersion`) and what households do
    (:func:`~mast_analytics.clusters.spread`): one in trouble has many contacts, of all of its children.

    Example:
        >>> from mast_resolver.known import Known
        >>> end, day = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC), dt.date(2026, 1, 1)
        >>> year = Window(day.replace(year=2025), day)
        >>> compared(History(Known()), CutOff(end, end), "MARAC_REFERRAL", year, year)[0]
        Counted(events=0, exposure=365.0, spread=1.0, dominated=False)
    """
    rows, day = _of_type(history, cut_off, contact_type)
    found, weekly, moves = [], [], np.zeros(len(rows))
    (first, last), (begin, end) = _days(observed, cut_off), _days(otherwise, cut_off)
    scale = (last - first) / max(1, end - begin)
    for start, stop, weight in ((first, last, -1.0), (begin, end, scale)):
        inside = rows & (day >= start) & (day < stop)
        moves += weight * inside
        week = (day[inside] - start) // WEEK
        weekly.append(np.bincount(week[week < (stop - start) // WEEK], minlength=(stop - start) // WEEK))
        found.append((int(inside.sum()), float(stop - start)))
    touched, who = touched_by(history, cut_off, moves != 0)
    belongs = clusters_of(touched, who, households_of(history, cut_off), len(rows))
    moves, belongs = moves[moves != 0], belongs[moves != 0]
    between = spread(moves, belongs, found[0][0] + scale**2 * found[1][0])
    varies = max(between, dispersion(*weekly))
    parts = (moves < 0, belongs), (moves > 0, belongs), (moves, belongs)
    by_one = any(dominated(by_cluster(*each) ** power) for each, power in zip(parts, (1, 1, 2), strict=True))
    return Counted(*found[0], varies, by_one), Counted(*found[1], varies, by_one)


def _days(window: Window, cut_off: CutOff) -> tuple[int, int]:
    """First and last day, the last one excluded. Days that the cut-off does not see are no exposure."""
    start = window.start.toordinal()
    return start, max(start, min(window.end.toordinal(), cut_off.until))


def _of_type(history: History, cut_off: CutOff, contact_type: str) -> tuple[Bools, Ints]:
    """Which versions of contacts were known and are of the type, and the days of those."""
    rows = seen_at(history, cut_off) & np.isin(history.versions.type, history.types.find([contact_type]))
    day = np.zeros(len(rows), np.int64)
    day[rows] = days_of(history.versions.at[rows])
    return rows, day


def _claim(entry: Mapping[str, Any]) -> Claim:
    if set(entry) - set(KNOWN):
        raise ValueError
    action, otherwise = entry.get("action"), entry.get("counterfactual")
    return Claim(
        title=_text(entry["title"]),
        contact_type=_text(entry["contact_type"]),
        observed=_window(entry),
        unit_cost=entry.get("unit_cost"),
        action=None if action is None else Action(
            _text(action["reference"]), _text(action["what"]), _moment(action["logged"])
        ),
        described=None if otherwise is None else _text(otherwise["described"]),
        otherwise=None if otherwise is None else _window(otherwise),
    )  # fmt: skip


def _window(said: Mapping[str, Any]) -> Window:
    start, end = said["from"], said["until"]
    if not (type(start) is type(end) is dt.date and start < end):
        raise ValueError
    return Window(start, end)


def _text(said: object) -> str:
    if not isinstance(said, str) or not said.strip():
        raise ValueError
    return said.strip()


def _moment(said: object) -> dt.datetime:
    """A day is its beginning: what was logged on the day on which counting begins was logged in time."""
    if isinstance(said, dt.datetime):
        return said if said.tzinfo else said.replace(tzinfo=dt.UTC)
    if not isinstance(said, dt.date):
        raise TypeError
    return dt.datetime.combine(said, dt.time(), LONDON)
