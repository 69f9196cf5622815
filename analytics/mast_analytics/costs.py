"""What was perhaps not spent: counts, a published unit cost, a counterfactual and a logged action.

Nothing is claimed by default. Where any of the three is missing the answer is nought, and says why.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

from mast_analytics.civil import day_in_words
from mast_analytics.intervals import Figure, byar, difference
from mast_analytics.unit_costs import UnitCost
from mast_resolver.errors import UsageError

NO_ACTION: Final = "no action is on record that could have avoided anything"
NO_COUNTERFACTUAL: Final = "nobody said what would have happened otherwise"
NO_UNIT_COST: Final = "there is no published unit cost for it"
AFTERWARDS: Final = "the action was logged after what it is said to have avoided"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many happened, over how much exposure: people times years, say, of the same unit on both sides.

    ``spread`` is by how much such counts vary more than Poisson's, 1 or more. ``dominated`` is whether one
    household or two make most of them, or of what varies.
    """

    events: int
    exposure: float
    spread: float = 1.0
    dominated: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What was done, as it was logged at the time: where that can be looked up, what it was, and when."""

    reference: str
    what: str
    logged: dt.datetime


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What stands for what would have happened otherwise, in words to be doubted, and its counts."""

    described: str
    counted: Counted


ZERO: Final = Figure(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Avoided:
    """Events and pounds avoided, in prices of ``price_year``; nought where ``missing`` has a reason."""

    events: Figure
    pounds: Figure
    price_year: int | None
    missing: tuple[str, ...]
    says: tuple[str, ...]


def avoided(
    observed: Counted,
    since: dt.datetime,
    *,
    action: Action | None,
    counterfactual: Counterfactual | None,
    unit_cost: UnitCost | None,
    level: float = 0.95,
) -> Avoided:
    """Fewer events than the counterfactual has for the same exposure, times the unit cost.

    ``observed`` were counted from ``since`` on: an action that was logged later avoided none of it. A
    negative figure is one: more happened than would have. Each count has Byar's limits, of as many fewer
    events as it is said to vary more than Poisson's; the interval of the difference is Zou and Donner's,
    which needs no normal distribution of either. Where the cost was published as a range, the interval
    holds both ends.

    Raises:
        UsageError: a count is below nought, an exposure is not above it, a spread is below 1, or the level is
            not between 0 and 1.

    Example:
        >>> day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        >>> none = avoided(Counted(10, 100.0), day, action=None, counterfactual=None, unit_cost=None)
        >>> none.pounds.value, len(none.missing), none.says[0]
        (0.0, 3, 'Nothing is claimed: no action is on record that could have avoided anything.')
    """
    _check(observed)
    reasons = [
        reason
        for reason, lacks in (
            (NO_ACTION, action is None),
            (AFTERWARDS, action is not None and action.logged > since),
            (NO_COUNTERFACTUAL, counterfactual is None or not counterfactual.described.strip()),
            (NO_UNIT_COST, unit_cost is None),
        )
        if lacks
    ]
    if reasons or action is None or counterfactual is None or unit_cost is None:
        return nothing(*reasons)
    _check(counterfactual.counted)
    events = fewer(observed, counterfactual.counted, level)
    pounds = _priced(events, unit_cost)
    return Avoided(
        events,
        pounds,
        unit_cost.price_year,
        (),
        _said(events, pounds, action, counterfactual, unit_cost, level),
    )


def nothing(*reasons: str) -> Avoided:
    """Nought, and why.

    Example:
        >>> nothing(NO_ACTION).says
        ('Nothing is claimed: no action is on record that could have avoided anything.',)
    """
    said = tuple(f"Nothing is claimed: {reason}." for reason in reasons)
    return Avoided(ZERO, ZERO, None, reasons, said)


def fewer(observed: Counted, otherwise: Counted, level: float = 0.95) -> Figure:
    """How many fewer than there would have been at the rate of ``otherwise``, with the interval.

    Example:
        >>> found = fewer(Counted(60, 100.0), Counted(100, 100.0))
        >>> found.value, round(found.low, 1), round(found.high, 1)
        (40.0, 14.6, 65.9)
    """
    scale = observed.exposure / otherwise.exposure
    return difference(_times(otherwise, scale, level), _times(observed, 1.0, level))


def _times(counted: Counted, scale: float, level: float) -> Figure:
    low, high = byar(counted.events / counted.spread, 1 / counted.spread, level)
    return Figure(counted.events * scale, float(low) * scale, float(high) * scale)


def _priced(events: Figure, cost: UnitCost) -> Figure:
    low, high = cost.low or cost.pounds, cost.high or cost.pounds
    ends = [count * price for count in (events.low, events.high) for price in (low, high)]
    return Figure(events.value * cost.pounds, min(ends), max(ends))


def _said(
    events: Figure, pounds: Figure, action: Action, otherwise: Counterfactual, cost: UnitCost, level: float
) -> tuple[str, ...]:
    at = day_in_words(action.logged)
    certain = (
        "The interval holds nought: it is not shown that anything was avoided."
        if events.low <= 0 <= events.high
        else "The interval does not hold nought. That is no proof that the action was the cause."
    )
    return (
        f"What was done: {action.what} ({action.reference}, logged {at}).",
        f"What is supposed would have happened otherwise: {otherwise.described}.",
        f"{events.value:,.0f} fewer {cost.unit} "
        f"({events.low:,.0f} to {events.high:,.0f}, {level:.0%} interval).",
        f"£{pounds.value:,.0f} (£{pounds.low:,.0f} to £{pounds.high:,.0f}) in prices of {cost.price_year}, "
        f"at {cost.said}.",
        certain,
    )


def _check(counted: Counted) -> None:
    if counted.events < 0 or not 0 < counted.exposure < math.inf or not 1 <= counted.spread < math.inf:
        raise UsageError(
            "counts are of nought or more events over some exposure, and vary as Poisson's at the least",
            fix="give people times years at risk, and a spread of 1 or more",
        )
