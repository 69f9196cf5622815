"""What a researcher asks for, checked: everything of it goes into the audit log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Final

from mast_analytics.civil import ends_month, evening, last_month_end
from mast_analytics.cohorts import Selection
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.policies import policy as policy_of
from mast_analytics.episodes import CutOff
from mast_analytics.event import GroupBy
from mast_api.asking import Asking
from mast_api.research.figures import Wanted
from mast_api.schema.ids import agency_id
from mast_api.schema.paging import in_utc
from mast_api.schema.research_types import CohortInput, ResearchEvent
from mast_resolver.errors import BadRequestError, UnknownNameError
from mast_resolver.vocabulary import HIGHEST_SEVERITY, vocabulary

HOLDING_DAYS: Final = (14, 28, 56, 91)
"""A choice of few: of two tables that differ by a day the difference would be of few people."""

EARLIEST: Final = dt.date(1900, 1, 31)
"""The first month that figures may end with: before it there is no year to compare with, and no contact."""


@dataclass(frozen=True, slots=True)
class Waited:
    """What time is counted to."""

    event: ResearchEvent
    level: int
    origin: int
    followed_from: dt.date | None = None

    def said(self) -> dict[str, object]:
        """For the audit log."""
        said = {"event": self.event.value, "level": self.level, "origin": self.origin}
        return said | ({"followed_from": self.followed_from} if self.followed_from else {})


def waited(event: ResearchEvent, level: int, origin: int, followed_from: dt.date | None = None) -> Waited:
    """What is waited for, and from which day on if that is not each one's first.

    Raises:
        BadRequestError: the levels are not one below the other on the ladder, or the day begins no month.
    """
    if followed_from is not None and (event is not ResearchEvent.REACHED_LEVEL or followed_from.day != 1):
        raise BadRequestError(
            "followedFrom is the first day of a month, and of REACHED_LEVEL only",
            fix="say the first of a month, or leave it out",
        )
    if not 0 <= origin < level <= HIGHEST_SEVERITY:
        raise BadRequestError(
            "a level is reached from a lower one of the ladder", fix=f"levels are 0 to {HIGHEST_SEVERITY}"
        )
    return Waited(event, level, origin, followed_from)


def wanted(asking: Asking, cohort: CohortInput | None) -> Wanted:
    """Of whom, as of when, under which policy.

    Raises:
        BadRequestError: a moment lies ahead, a name is none, or the policy shows more than the service's.
    """
    asked = cohort or CohortInput()
    settings, caller = asking.services.settings, asking.caller
    if asked.holding_days not in HOLDING_DAYS:
        raise BadRequestError(
            "holdingDays is not one of those offered", fix="say " + ", ".join(map(str, HOLDING_DAYS))
        )
    if asked.household_type is not None and asked.by.value != GroupBy.HOUSEHOLD.value:
        raise BadRequestError("householdType is of households", fix="say by: HOUSEHOLD, or leave it out")
    return Wanted(
        by=GroupBy(asked.by.value),
        cut_off=CutOff(
            evening(_month_end(asked.as_of, min(settings.as_at or asking.now, asking.now), asking.now)),
            _past(asked.known_at, "knownAt", asking.now) or asking.now,
        ),
        holding_days=asked.holding_days,
        selection=Selection(
            first_from=_ordinal(asked.first_contact_from),
            first_before=_ordinal(asked.first_contact_before),
            first_type=_type(asked.first_type),
            first_agency=_agency(asked.first_agency, "firstAgency"),
            known_to=_agency(asked.known_to, "knownTo"),
            household_type=asked.household_type,
        ),
        policy=_policy(asked.policy, settings.disclosure_policy),
        purpose=caller.purpose.value,
        agency=caller.agency,
        data_classes=caller.data_classes,
        serving_at=settings.as_at or asking.now,
    )


def sought(cohort: CohortInput | None, **more: object) -> dict[str, list[str]]:
    """What was asked for, for the audit log: only what was said, so that the same is told by the same."""
    asked = cohort or CohortInput()
    said = {each.name: getattr(asked, each.name) for each in fields(asked)}
    texts = [f"{name} {getattr(value, 'value', value)}" for name, value in (said | more).items() if value]
    return {"cohort": texts}


def _ordinal(day: dt.date | None) -> int | None:
    return None if day is None else day.toordinal()


def _month_end(day: dt.date | None, serving_at: dt.datetime, now: dt.datetime) -> dt.date:
    """Of months that are over: cut-offs that could be moved by a day would show one person after another."""
    if day is None:
        return last_month_end(serving_at)
    if not ends_month(day):
        raise BadRequestError(
            "asOf is no end of a month", fix=f"say {last_month_end(now)}, or an earlier month's last day"
        )
    if day < EARLIEST:
        raise BadRequestError("asOf is too early", fix=f"say {EARLIEST} or later, or leave it out")
    if day > last_month_end(now):
        raise BadRequestError("asOf lies ahead", fix=f"say {last_month_end(now)} or earlier, or leave it out")
    return day


def _past(moment: dt.datetime | None, name: str, now: dt.datetime) -> dt.datetime | None:
    if moment is None:
        return None
    at = in_utc(moment)
    if at > now:
        raise BadRequestError(f"{name} lies ahead", fix="give a moment that has been, or leave it out")
    return at


def _type(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return vocabulary().contact_type(name).name
    except UnknownNameError as unknown:
        raise BadRequestError("firstType is no type of contact", fix=unknown.fix) from None


def _agency(id_: str | None, argument: str) -> str | None:
    if id_ is None:
        return None
    try:
        return agency_id(id_)
    except BadRequestError as error:
        raise BadRequestError(f"{argument} is no id of an agency", fix=error.fix) from None


def _policy(name: str | None, least: str) -> Policy:
    ours = policy_of(least)
    if name is None:
        return ours.of_cohorts
    try:
        asked = policy_of(name)
    except UnknownNameError as unknown:
        raise BadRequestError("there is no such disclosure policy", fix=unknown.fix) from None
    if asked.shows_more_than(ours):
        raise BadRequestError("that policy shows more than the one of this service", fix=f"ask under {least}")
    return asked.of_cohorts
