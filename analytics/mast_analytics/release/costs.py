"""Costs avoided as they may be shown: worked out from rounded counts, or not at all."""

from __future__ import annotations

import datetime as dt

import numpy as np

from mast_analytics.clusters import rounded_up
from mast_analytics.costs import Action, Avoided, Counted, Counterfactual, avoided, nothing
from mast_analytics.disclosure.policies import Policy
from mast_analytics.unit_costs import UnitCost


def shown_avoided(
    observed: Counted,
    since: dt.datetime,
    *,
    people: tuple[int, int],
    action: Action | None,
    counterfactual: Counterfactual | None,
    unit_cost: UnitCost | None,
    policy: Policy,
) -> Avoided:
    """As :func:`~mast_analytics.costs.avoided`, of counts and exposures rounded as the policy has it.

    By how much they vary more than Poisson's is rounded up (:func:`~mast_analytics.clusters.rounded_up`).

    ``people`` says how many different people stand behind the events that were observed, and those of the
    counterfactual. Where either is too few nothing is claimed: a sum divided by its unit cost is the count.
    Nor where one household or two make most of them: the interval would tell about how many are theirs.

    Raises:
        UsageError: as for the sum itself.
    """
    found = avoided(observed, since, action=action, counterfactual=counterfactual, unit_cost=unit_cost)
    if found.missing or counterfactual is None:
        return found
    events = np.array([observed.events, counterfactual.counted.events])
    by_one = observed.dominated or counterfactual.counted.dominated
    if by_one or policy.unsafe(events).any() or policy.unsafe(np.array(people)).any():
        return nothing(
            "the counts are too small, or too much of them is of one household, to be shown under the policy "
            f"{policy.name}"
        )
    return avoided(
        _rounded(observed, policy),
        since,
        action=action,
        counterfactual=Counterfactual(counterfactual.described, _rounded(counterfactual.counted, policy)),
        unit_cost=unit_cost,
    )


def _rounded(counted: Counted, policy: Policy) -> Counted:
    events = int(policy.rounded(np.array([counted.events]))[0])
    exposure = max(1.0, round(counted.exposure / policy.coarse)) * policy.coarse
    return Counted(events, exposure, rounded_up(counted.spread))
