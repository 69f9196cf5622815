"""The question `mast up` asks of each town, and its answer as a readable table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mast_api.documents import shipped
from mast_api.terminal import Terminal, plain

DOCUMENT: Final = shipped("case_study")


COLUMNS: Final = ("agency, and whom to ring", "latest contact", "contacts", "open", "who lived here then")
"""The last only for what happened at the place itself: present tenants may have come after it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a town, by whom; the number, as all of the towns, is from a range kept for fiction."""

    address: str
    country: str
    as_at: dt.datetime
    duty_phone: str
    role: str = "safeguarding-analyst"
    purpose: str = "safeguarding-response"
    document: str = DOCUMENT

    @property
    def variables(self) -> dict[str, str]:
        """As the document names them."""
        return {"address": self.address, "country": self.country}


def question(fixtures: str) -> Question:
    """The case-study question of ``borough`` or ``anytown``."""
    from mast_fixtures import anytown, borough

    if fixtures == "anytown":
        return Question(anytown.CASE_STUDY_ADDRESS, "US", _midnight(anytown.CASE_STUDY_DAY), "206-555-0100")
    return Question(borough.CASE_STUDY_ADDRESS, "GB", _midnight(borough.CASE_STUDY_DAY), "01632 960100")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def show_answer(terminal: Terminal, asked: Question, answer: Mapping[str, Any]) -> None:
    """The answer as a table per part: what is open, with whom, whom to ring."""
    if terminal.as_json:
        return
    found = answer["concernsAtAddress"]
    terminal.out.print(plain(f"\nWhat is already known about {asked.address}?", style="bold"))
    as_at = f"as at {asked.as_at.day} {asked.as_at:%B %Y}, the day these fixtures end"
    terminal.out.print(plain(as_at, style="dim"))
    for match in found["matches"]:
        which = f"{match['addressId']}: " if found["outcome"] == "SEVERAL" else ""
        terminal.out.print(plain(f"{which}{match['says']}", style="dim"))
    for building in found["buildings"]:
        terminal.out.print(plain(building["says"], style="dim"))
        for unit in building["units"]:
            has = "has contacts" if unit["recorded"] else "nothing to show"
            terminal.out.print(plain(f"  {unit['addressId']}: {has}"))
    # Of several addresses, and of a building known by its flats, nothing is told: a table would say "nothing
    # known" of each.
    for part in found["parts"] if found["outcome"] not in ("SEVERAL", "BUILDING") else ():
        rows = [_row(each, asked.as_at) for each in part["agencies"]]
        if rows:
            terminal.table(part["says"], COLUMNS[: len(rows[0])], rows)
        else:
            terminal.out.print(plain(part["says"], style="bold"), "nothing known", sep=": ")
    for line in (*(each["says"] for each in found["withheld"]), *found["notShown"]):
        terminal.out.print(plain(line, style="dim"))
    ring = found["caution"]["ring"]
    whom = f" Telephone {ring['phone']}, {ring['hours']}.\n"
    terminal.out.print(plain(found["caution"]["text"], style="yellow").append(plain(whom)))


def _row(agency: Mapping[str, Any], as_at: dt.datetime) -> tuple[str, ...]:
    open_episodes = agency["openEpisodes"]
    then = agency["residentsAtLatest"]
    at = dt.datetime.fromisoformat(agency["latestAt"])
    return (
        f"{agency['agency']['name']}\nring {agency['team']['phone']}\n{agency['team']['name']}",
        f"{agency['latestTitle']}\n{_when(at, as_at)}",
        f"{agency['count']} in {agency['countMonths']} months",
        f"{open_episodes} open" if open_episodes else "closed",
        *([then["says"]] if then else []),
    )


def _when(at: dt.datetime, as_at: dt.datetime) -> str:
    """A date as people say it.

    Example:
        >>> day = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
        >>> _when(day, dt.datetime(2026, 11, 3, tzinfo=dt.UTC))
        '3 May 2026 (6 months ago)'
    """
    days = (as_at - at).days
    units = ((365, "year"), (30, "month"), (1, "day"))
    size, unit = next(((size, unit) for size, unit in units if abs(days) >= size), (1, "day"))
    count = abs(days) // size
    age = (
        "today" if not days else f"{count} {unit}{'s' if count != 1 else ''} {'ago' if days > 0 else 'ahead'}"
    )
    return f"{at.day} {at:%b %Y} ({age})"
