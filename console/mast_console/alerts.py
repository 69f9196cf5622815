"""Alerts: notices to people. Each waits until somebody takes notice of it, and may say what it was worth."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from mast_console import dates, things
from mast_console.desk import NO_ERRORS, Visit

A_PAGE: Final = 20
STATES: Final = {
    "OPEN": "New",
    "ACKNOWLEDGED": "Taken notice of",
    "RETRACTED": "Taken back",
}
SEVERITIES: Final = {
    "CRITICAL": "Critical",
    "HIGH": "High",
    "MEDIUM": "Medium",
    "LOW": "Low",
    "INFORMATIONAL": "For information",
}
DISPOSITIONS: Final = {
    "USEFUL": ("Useful", "It was new to us, and worth looking at."),
    "KNOWN": ("Known already", "Whoever has to know of it knew before."),
    "WRONG": ("Wrong", "What it rests on is not so, or not of these people."),
}
EVERY: Final = "every"
"""The choice of a filter that leaves nothing out."""

_RULE: Final = re.compile(r"[a-z][a-z0-9-]{2,59}/[0-9]{1,6}")
_NEEDS: Final = {"household": "householdNetwork"}
"""The question that the page of a thing rests on, where it is not called as the thing is."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which alerts are listed; nothing is left out by an empty one."""

    state: str
    rule: str
    severity: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """As a page was asked for; what is none of the choices counts as not chosen.

        Example:
            >>> Filters.read({"state": "every", "severity": "HIGH", "rule": "<b>"})
            Filters(state='', rule='', severity='HIGH')
            >>> Filters.read({}).state
            'OPEN'
        """
        state, rule, severity = (query.get(name, "") for name in ("state", "rule", "severity"))
        return cls(
            "" if state == EVERY else state if state in STATES else "OPEN",
            rule if _RULE.fullmatch(rule) else "",
            severity if severity in SEVERITIES else "",
        )

    @property
    def query(self) -> str:
        """For the address of a page of them."""
        return urlencode({"state": self.state or EVERY, "rule": self.rule, "severity": self.severity})

    def says(self, rules: Mapping[str, str]) -> str:
        """What is looked for, in words.

        Example:
            >>> Filters("OPEN", "", "HIGH").says({})
            'Alerts of every rule that are new, of high severity'
        """
        which = f"of the rule “{rules[self.rule]}”" if self.rule else "of every rule"
        state = (
            f"that are {STATES[self.state].lower()}" if self.state else "new, taken notice of or taken back"
        )
        much = f"of {SEVERITIES[self.severity].lower()} severity" if self.severity else "of every severity"
        return f"Alerts {which} {state}, {much}"


async def show(visit: Visit) -> Response:
    """Those of a filter, newest first."""
    query = visit.request.query_params
    wanted = Filters.read(query)
    found = await visit.ask(
        "alerts",
        state=wanted.state or None,
        rule=wanted.rule,
        severity=wanted.severity or None,
        first=A_PAGE,
        after=query.get("after") or None,
    )
    page = found["alerts"]["pageInfo"]
    return visit.page(
        "alerts.html",
        alerts=[each["node"] for each in found["alerts"]["edges"]],
        not_shown=found["alerts"]["notShown"],
        more=page["endCursor"] if page["hasNextPage"] else "",
        later="after" in query,
        wanted=wanted,
        rules=_rules(found["alertRules"], wanted.rule),
        since=query.get("since", ""),
        **_words(visit),
    )


async def one(visit: Visit) -> Response:
    """One alert, with what people did about it."""
    return await _one(visit)


async def acknowledge(visit: Visit) -> Response:
    """Somebody takes notice of it, under their name."""
    id_ = visit.request.path_params["id"]
    await visit.ask("alert_acknowledge", id=id_, disposition=None)
    visit.session.notes.append("Recorded: you have taken notice of this alert.")
    return visit.go(f"/alerts/{id_}")


async def judge(visit: Visit) -> Response:
    """Somebody says what it was worth; who says so first takes notice of it by that."""
    id_, chosen = visit.request.path_params["id"], visit.form.get("disposition", "")
    if chosen not in DISPOSITIONS:
        return await _one(visit, {"disposition": "Choose what the alert was worth"})
    await visit.ask("alert_acknowledge", id=id_, disposition=chosen)
    visit.session.notes.append(f"Recorded: {DISPOSITIONS[chosen][0].lower()}.")
    return visit.go(f"/alerts/{id_}")


async def _one(visit: Visit, errors: Mapping[str, str] = NO_ERRORS) -> Response:
    id_ = visit.request.path_params["id"]
    kept = visit.session.kept if visit.session.kept.get("alert") == id_ else {}
    found = (await visit.ask("alert", id=id_))["alert"]
    typed = visit.form or kept
    return visit.page(
        "alert.html",
        each=found,
        chosen=typed.get("disposition") or found["disposition"] or "",
        kept_here=bool(kept) and not errors,
        errors=errors,
        **_words(visit),
    )


def _rules(found: Sequence[Mapping[str, Any]], wanted: str) -> dict[str, str]:
    """What each rule that was ever in force is called, the one that is asked for among them."""
    rules = {each["rule"]: f"{each['title']}{'' if each['inForce'] else ' (ended)'}" for each in found}
    return rules if not wanted else {wanted: wanted} | rules


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "states": STATES,
        "severities": SEVERITIES,
        "dispositions": DISPOSITIONS,
        "kind": lambda id_: things.of(id_).kind.capitalize(),
        "leads": lambda id_: leads_to(id_, visit.may),
        "description": description,
        "raised_after": raised_after,
    }


def leads_to(id_: str, may: frozenset[str]) -> str:
    """Where somebody who may see it finds what an alert is about.

    Example:
        >>> leads_to("P-1", frozenset({"person"})), leads_to("H-1", frozenset({"person"}))
        ('/people/P-1', '')
    """
    thing = things.of(id_)
    return thing.path if _NEEDS.get(thing.kind, thing.kind) in may else ""


def description(alert: Mapping[str, Any]) -> str:
    """What the rule looks for, in plain English, without its title before it.

    Example:
        >>> description({"title": "Three visits", "says": ["Three visits: Three in a week."]})
        'Three in a week.'
    """
    return str(alert["says"][0]).removeprefix(f"{alert['title']}: ")


def raised_after(alert: Mapping[str, Any], since: str, *, margin: dt.timedelta = dt.timedelta()) -> bool:
    """Whether an alert was raised after a moment, or not so long before it; none was, where it is no moment.

    Example:
        >>> raised_after({"raisedAt": "2026-05-03T10:00:00+00:00"}, "2026-05-03T09:59:59+00:00")
        True
        >>> raised_after({"raisedAt": "2026-05-03T10:00:00+00:00"}, "yesterday")
        False
    """
    try:
        return dates.moment(alert["raisedAt"]) > dates.moment(since) - margin
    except (ValueError, OverflowError):
        return False
