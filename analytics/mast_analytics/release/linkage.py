"""Figures at several thresholds of linkage as they may be shown: of rounded counts and covered curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np

from mast_analytics.disclosure.curves import curve
from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.episodes import Episodes
from mast_analytics.incidence import Incidence
from mast_analytics.linkage import Band, band
from mast_analytics.reaching import REACHED, reaching
from mast_analytics.rereferral import AGAIN, EVER, from_closure, from_referral
from mast_analytics.spread import agencies_known

YEAR_DAYS: Final = 365

Figure = Callable[[Episodes], float | None]


def shown_bands(drawn: Mapping[str, Episodes], level: int, policy: Policy) -> dict[str, Band]:
    """What the report says of people, at each threshold; ``None`` where it may not be shown.

    All drawings are of the same records. A figure at one threshold and the same at another differ by the
    records in doubt, so that both are rounded or covered like any other: no count of those few can be had.

    Raises:
        UsageError: fewer than two drawings, cut-offs that differ, or a level off the ladder.
    """
    figures: dict[str, Figure] = {
        "People known": partial(_people, policy=policy),
        "Known to two agencies or more, per cent": partial(_by_several, policy=policy),
        f"Reached level {level} within a year of the first contact, per cent": lambda each: _by_a_year(
            reaching(each, level).incidence, REACHED, policy
        ),
        "Referred again within a year of a referral, per cent": lambda each: _by_a_year(
            from_referral(each, EVER, each_once=True), AGAIN, policy
        ),
        "Referred again within a year of a closure, per cent": lambda each: _by_a_year(
            from_closure(each, EVER, each_once=True), AGAIN, policy
        ),
    }
    return {what: band(drawn, figure) for what, figure in figures.items()}


def _people(found: Episodes, policy: Policy) -> float | None:
    return policy.alone(len(np.unique(found.subject)), policy.coarse)


def _by_several(found: Episodes, policy: Policy) -> float | None:
    many = agencies_known(found)
    one = many.pop(1, 0)
    share = protect([one, sum(many.values())], policy).per_cent()[1]
    return None if share == HIDDEN else float(share)


def _by_a_year(found: Incidence, cause: str, policy: Policy) -> float | None:
    """Per cent to whom it had happened after a year, by the curve as it may be shown."""
    shown = curve(found, policy)
    if cause not in shown.causes or found.followed_at(YEAR_DAYS) <= policy.threshold:
        return None
    place = int(np.searchsorted(shown.times, YEAR_DAYS, "right")) - 1
    return None if place < 0 else round(100 * float(shown.share[shown.causes.index(cause), place]), 1)
