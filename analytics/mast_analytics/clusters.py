"""What goes together: people of one household come back, climb and are counted together.

An interval that takes them for independent is too narrow. Between clusters the variance is linearised:
Cochran (1977), Sampling Techniques, 3rd ed., section 6.3; Binder (1983), Int. Stat. Rev. 51:279-292.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from mast_analytics.history import Floats, History, Ints, begins

SPREAD_STEP: Final = 0.5


def households_of(history: History) -> Ints:
    """For the number of each name the number of the household in which they lived longest.

    One household each, so that nobody who moves ties two of them together. Of whom no household is known,
    and of what is no person, it is their own number, with a sign that no household has.

    Example:
        >>> from mast_resolver.known import Known
        >>> households_of(History(Known())).tolist()
        []
    """
    homes = history.homes
    belongs: Ints = -1 - np.arange(len(history.names.all))
    if not len(homes.person):
        return belongs
    many = len(belongs)
    pairs, place = np.unique(homes.person * many + homes.household, return_inverse=True)
    person, household = pairs // many, pairs % many
    # A stay that has not ended is as long as any: what counts is which of them is the longest.
    lived = np.bincount(place, weights=homes.end - homes.start)
    order = np.lexsort((household, -lived, person))
    first = order[begins(person[order])]
    belongs[person[first]] = household[first]
    return belongs


def spread(residuals: Floats | Ints, cluster: Ints, variance: float) -> float:
    """By how much a sum of residuals varies more between clusters than ``variance``; 1 at the least.

    All in one cluster is one thing counted: the spread is then that of which one is left.

    Example:
        >>> spread(np.array([1.0, 1, -1, -1]), np.array([5, 5, 6, 6]), 4.0)
        4.0
    """
    _, member = np.unique(cluster, return_inverse=True)
    groups = int(member.max(initial=-1)) + 1
    if groups < 2 or variance <= 0:
        return float(max(1, len(cluster) // max(1, groups)))
    summed = np.bincount(member, weights=residuals)
    return float(max(1.0, (summed**2).sum() * groups / (groups - 1) / variance))


def dispersion(*years: Ints) -> float:
    """By how much counts of weeks vary more than Poisson's: Pearson's statistic over its degrees of freedom.

    Each year has a mean of its own. Never below 1: that counts keep apart of themselves is not to be had
    from few weeks. A season widens it, which errs on the side of seeing no change.

    Example:
        >>> dispersion(np.array([0, 4, 0, 4]), np.array([2, 2, 2, 2]))
        1.3333333333333333
    """
    total, freedom = 0.0, 0
    for year in years:
        if len(year) and year.sum():
            total += float(((year - year.mean()) ** 2).sum() / year.mean())
            freedom += len(year) - 1
    return max(1.0, total / freedom) if freedom else 1.0


def clusters_of(touched: Ints, who: Ints, belongs: Ints, versions: int) -> Ints:
    """What each version of a contact belongs with: the household of the first whom it touches.

    ``touched`` are versions in ascending order, and ``who`` whom each touches. One that touches nobody is by
    itself.

    Example:
        >>> clusters_of(np.array([0, 0, 2]), np.array([1, 0, 0]), np.array([7, -2]), 3).tolist()
        [-2, -4, 7]
    """
    found: Ints = -1 - len(belongs) - np.arange(versions)
    first = begins(touched)
    found[touched[first]] = belongs[who[first]]
    return found


def rounded_up(found: float) -> float:
    """By how much counts vary more than independent ones, as it may be shown: in halves.

    Example:
        >>> rounded_up(1.0), rounded_up(1.1)
        (1.0, 1.5)
    """
    return math.ceil(found / SPREAD_STEP) * SPREAD_STEP
