"""Groups that people fall into, as a list that is covered: what is rare is one group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mast_analytics.disclosure.policies import Policy
from mast_analytics.disclosure.tables import Table, protect
from mast_analytics.episodes import Episodes
from mast_analytics.quality import TREATED
from mast_analytics.reaching import Reaching

RARER: Final = "(rarer)"
NOBODY: Final = "(nobody)"


@dataclass(frozen=True, slots=True)
class Listed:
    """Names of groups, with one place more for the total."""

    names: tuple[str, ...]
    table: Table


def listed(counts: Mapping[str, int], policy: Policy, *, folded: bool = True) -> Listed:
    """How many people are in each group, everybody in one.

    What the policy would hide is put together, so that a mark does not tell that there is such a group; with
    ``folded`` false groups are of a kind that everybody knows, and each is listed.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> found = listed({"up": 40, "up, down": 20, "died": 5, "up, died": 4}, policy("nhs"))
        >>> found.names, found.table.marked().tolist()
        (('up', 'up, down', '(rarer)'), [40, 20, 10, 70])
    """
    rare = [name for name, count in counts.items() if folded and 0 < count <= policy.threshold]
    shown = {name: count for name, count in counts.items() if name not in rare and (count or not folded)}
    if rare:
        shown[RARER] = sum(counts[name] for name in rare)
    shown = shown or {NOBODY: 0}
    return Listed(tuple(shown), protect(list(shown.values()), policy))


def shown_faults(found: Episodes, policy: Policy) -> dict[str, int | None]:
    """How many contacts are not counted as they were recorded, by rule; ``None``: of too few people.

    Each rule is there whether anything breaks it or not. Numbers are as coarse as a curve, and of those whom
    the other figures are of: they are who is remembered, with what their contacts break.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_analytics.episodes import CutOff, episodes
        >>> from mast_analytics.history import History
        >>> from mast_resolver.known import Known
        >>> import datetime as dt
        >>> now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
        >>> shown_faults(episodes(History(Known()), CutOff(now, now)), policy("nhs"))["8630"]
        0
    """
    shown: dict[str, int | None] = {}
    for rule in TREATED:
        treated = [each for each in found.treated if each.rule == rule]
        people = policy.alone(len({each.subject for each in treated}))
        contacts = policy.alone(len({each.contact for each in treated}), policy.coarse)
        shown[rule] = None if people is None else contacts
    return shown


def shown_starts(found: Reaching, policy: Policy, *, since: bool = False) -> Listed:
    """Who was there already, and who was followed; as coarse as a curve.

    With ``since`` following began with a day of the calendar, and before it for nobody.

    One cohort may be asked about every level, and who began at one of them is in another place of each list:
    exact numbers of two levels would tell how many there are.

    Example:
        >>> import numpy as np
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_analytics.incidence import incidence
        >>> of_79 = incidence(np.arange(1, 80), np.ones(79, int), ["reached", "died"])
        >>> shown_starts(Reaching(4, 0, 31, 22, of_79), policy("acro")).table.marked().tolist()
        [30, 80, 20, 130]
    """
    counts = {
        f"at level {found.level} on the first day": found.already,
        (
            "followed from that day or their first" if since else "followed from the first day"
        ): found.incidence.people,
        (
            "there, dead or seen no longer before that day"
            if since
            else "died or seen no longer on the first day"
        ): found.earlier,
    }
    return listed(counts, replace(policy, base=policy.coarse), folded=False)
