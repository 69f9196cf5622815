"""The tests that a rule carries: a few contacts, and the alerts that must come of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from mast_analytics.event import Event, GroupBy
from mast_analytics.rule import Case
from mast_resolver.declared import Declared, nearest
from mast_resolver.vocabulary import HIGHEST_SEVERITY, ROLES, vocabulary

_EVENT: Final = (
    "id", "type", "at", "agency", "closed_at", "severity", "category", "team", "role", "group", "open",
)  # fmt: skip
TYPES: Final = "a name of contact_types.csv"
LATER: Final = dt.timedelta(days=366 * 10)
"""A test that names no moment is looked at long after."""


def read_cases(top: Declared, group_by: GroupBy, zone: ZoneInfo) -> tuple[Case, ...]:
    """The cases under ``tests``; there must be one that fires and one that stays silent."""
    cases = tuple(_case(each, group_by, zone) for each in top.mappings("tests"))
    if not any(case.alerts for case in cases) or all(case.alerts for case in cases):
        top.faults.add(top.line_of("tests"), "`tests` needs a case that fires and one that stays silent")
    return cases


def _case(declared: Declared, group_by: GroupBy, zone: ZoneInfo) -> Case:
    declared.refuse_unknown(("name", "events", "alerts", "now"))
    for entry in ("name", "events", "alerts"):
        if entry not in declared:
            declared.faults.add(declared.line, f"`{entry}` is missing")
    events = [_event(each, group_by, zone) for each in declared.mappings("events")]
    ids = {event.id for event in events}
    if len(ids) != len(events):
        declared.faults.add(declared.line_of("events"), "two events have one id")
    alerts = declared.lists("alerts") if "alerts" in declared else []
    for id_ in {each for alert in alerts for each in alert} - ids:
        declared.faults.add(
            declared.line_of("alerts"), f"`alerts` names no event of the case{nearest(id_, ids)}"
        )
    last = max((event.at for event in events), default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    now = moment(declared, "now", zone) if "now" in declared else last + LATER
    return Case(declared.text("name"), declared.line, tuple(events), frozenset(map(frozenset, alerts)), now)


def _event(declared: Declared, group_by: GroupBy, zone: ZoneInfo) -> Event:
    declared.refuse_unknown(_EVENT)
    for entry in ("id", "type", "at"):
        if entry not in declared:
            declared.faults.add(declared.line, f"`{entry}` of an event is missing")
    types = vocabulary().types
    name = declared.text("type")
    if name not in types:
        declared.faults.add(declared.line_of("type"), f"`type` must be {TYPES}{nearest(name, types)}")
        name = next(iter(types))
    kind = types[name]
    closed = moment(declared, "closed_at", zone) if "closed_at" in declared else None
    said = declared.choice("severity", map(str, range(HIGHEST_SEVERITY + 1)), str(kind.severity))
    groups = declared.texts("group") or ("one",)
    roles = frozenset(among(declared, "role", ROLES) or ("subject",))
    return Event(
        id=declared.text("id"),
        type=name,
        at=moment(declared, "at", zone),
        agency=declared.text("agency") if "agency" in declared else kind.agency_kind,
        agency_kind=kind.agency_kind,
        data_class=kind.data_class,
        severity=int(said),
        category=declared.text("category") or None,
        team=declared.text("team") or None,
        closed_at=closed,
        open=declared.flag("open", default=closed is None),
        episode=kind.episode,
        groups={group_by: dict.fromkeys(groups, roles)},
    )


def among(declared: Declared, entry: str, known: Iterable[str], many: str = "") -> list[str]:
    """The texts of an entry; a fault for each that is not known. ``many`` says what is, where a list of all
    names would not be read: the nearest one is what helps.
    """
    names = sorted(known) if many else list(known)
    found = declared.texts(entry)
    for text in found:
        if text not in names:
            allowed = many or f"one of {', '.join(names)}"
            declared.faults.add(declared.line_of(entry), f"`{entry}` must be {allowed}{nearest(text, names)}")
    return list(found)


def moment(declared: Declared, entry: str, zone: ZoneInfo) -> dt.datetime:
    """A moment as clocks there show it, in UTC; of two that a clock shows alike, the first."""
    try:
        at = dt.datetime.fromisoformat(declared.text(entry))
    except ValueError:
        if entry in declared:
            declared.faults.add(
                declared.line_of(entry), f"`{entry}` must be a moment, such as 2026-03-28 10:30"
            )
        return dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(dt.UTC)
