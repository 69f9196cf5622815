"""Which registered evaluations speak of what is asked, and why each other does not."""

from __future__ import annotations

from pathlib import Path

from mast_analytics.disclosure.policies import POLICIES, Policy
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.predictors.registry import Asked, Entry, consult, entries
from mast_resolver.research_errors import OutsideLimitsError


def speaking(
    folder: Path, history: History, cut_off: CutOff, *, least: Policy | None = None
) -> tuple[list[Entry], list[str]]:
    """The latest version of each evaluation that speaks of this cut-off; a sentence for each other.

    One that was made under a policy that shows more than ``least`` is silent too.

    Raises:
        UsageError: a file of the registry is damaged.
    """
    found, silent = list[Entry](), list[str]()
    for name, entry in {each.name: each for each in entries(folder)}.items():
        asked = Asked(
            on=cut_off.valid.date(),
            agencies=frozenset(history.agencies.all),
            days_known=entry.limits.most_days_known,
            period_days=entry.limits.period_days[0],
        )
        try:
            spoken = consult(folder, name, asked)
        except OutsideLimitsError as refused:
            silent.append(f"An evaluation is left out. {refused.fact[0].upper()}{refused.fact[1:]}.")
            continue
        of = POLICIES.get(spoken.policy)
        if least is not None and (of is None or of.shows_more_than(least)):
            silent.append(f"An evaluation is left out. {name} was made under a policy that shows more.")
        else:
            found.append(spoken)
    return found, silent
