"""What goes together: people of one household come back, climb and are counted together.

An interval that takes them for independent is too narrow. Between clusters the variance is linearised:
Cochran (1977), Sampling Techniques, 3rd ed., section 6.3; Binder (1983), Int. Stat. Rev. 51:279-292.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from mast_analytics.episodes import CutOff
from mast_analytics.history import Bools, Floats, History, Ints, begins
from mast_analytics.living import homes_at

DOMINANT: Final = (0.5, 0.67)
"""Shares of a sum above which one cluster, or two, are most of it."""
FEW: Final = 20
"""Effective clusters below which what is seen between them says too little."""


class Varies(NamedTuple):
    """By how much counts vary more than independent ones; whether one household or two make most of them."""

    spread: float
    dominated: bool = False

    @classmethod
    def of(cls, *parts: Varies) -> Varies:
        """Of what is made of several: the most of them.

        Example:
            >>> Varies.of(Varies(2.0), Varies(1.0, dominated=True))
            Varies(spread=2.0, dominated=True)
        """
        return cls(max(each.spread for each in parts), any(each.dominated for each in parts))


def households_of(history: History, cut_off: CutOff) -> Ints:
    """For the number of each name that of the household in which they had lived longest at a cut-off.

    One household each, so that nobody who moves ties two of them together. A stay that had not ended is as
    long as it was by then, and one that began later is none: who moves on changes nothing of before, nor
    does what is recorded later. Of whom no household is known, and of what is no person, it is their own
    number, with a sign of its own.

    Example:
        >>> import datetime as dt
        >>> from mast_resolver.known import Known
        >>> end = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
        >>> households_of(History(Known()), CutOff(end, end)).tolist()
        []
    """
    homes, until = homes_at(history, cut_off.recorded), cut_off.valid.timestamp()
    belongs: Ints = -1 - np.arange(len(history.names.all))
    begun = homes.start < until
    if not begun.any():
        return belongs
    many, stays = len(homes.places), np.minimum(homes.end, until) - homes.start
    pairs, place = np.unique((homes.person * many + homes.household)[begun], return_inverse=True)
    person, household = pairs // many, pairs % many
    lived = np.bincount(place, weights=stays[begun])
    order = np.lexsort((household, -lived, person))
    first = order[begins(person[order])]
    belongs[person[first]] = household[first]
    return belongs


def alike(sizes: Ints | Floats) -> float:
    """By how much a sum varies more if all of each cluster go the same way: Kish's effect, at the most.

    Of sizes n it is the sum of n squared over that of n; that of n over it is the effective number of
    clusters. Kish (1965), Survey Sampling, sections 5.4 and 11.2.

    Example:
        >>> alike(np.array([2, 2])), round(alike(np.array([100, 1])), 2), alike(np.array([]))
        (2.0, 99.02, 1.0)
    """
    total = float(sizes.sum())
    return float((sizes**2.0).sum() / total) if total > 0 else 1.0


def at_least(sizes: Ints) -> float:
    """The least that a sum over clusters of these sizes is taken to vary more: with few, as if alike in each.

    Residuals about a common mean cancel, the more so the fewer clusters make it: where one is nearly all of
    it its own residual is nearly nought, whatever it did. With fewer than ``FEW`` effective clusters what is
    seen between them is no measure of what is within. Fewer than 20 to 50 are few: Cameron and Miller (2015),
    J. Hum. Resour. 50:317-372, section VI; unequal ones are as many as their effective number: Carter,
    Schnepel and Steigerwald (2017), Rev. Econ. Stat. 99:698-709.

    Example:
        >>> at_least(np.array([100, 1])) > 99, at_least(np.full(30, 4)), at_least(np.full(19, 4))
        (True, 1.0, 4.0)
    """
    most = alike(sizes)
    return most if sizes.sum() / most < FEW else 1.0


def spread(residuals: Floats | Ints, cluster: Ints, variance: float) -> float:
    """By how much a sum of residuals varies more between clusters than ``variance``; 1 at the least.

    All in one cluster is one thing counted: the spread is then that of which one is left. With few clusters
    it is no less than if each were one thing (:func:`at_least`): an interval is then wide, not withheld, for
    it says what is known.

    Example:
        >>> spread(np.array([1.0, 1, -1, -1]), np.array([5, 5, 6, 6]), 4.0)
        4.0
        >>> round(spread(np.array([0.0, 0, 0, 1, -1]), np.array([5, 5, 5, 5, 6]), 2.0), 1)
        3.4
    """
    _, member, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    groups = len(sizes)
    if groups < 2 or variance <= 0:
        return alike(sizes)
    summed = np.bincount(member, weights=residuals)
    between = float((summed**2).sum() * groups / (groups - 1) / variance)
    return max(1.0, between, at_least(sizes))


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


def by_cluster(values: Floats | Ints | Bools, cluster: Ints) -> Floats:
    """Sums of values over each cluster.

    Example:
        >>> by_cluster(np.array([1, 1, -1]), np.array([7, 7, -2])).tolist()
        [-1.0, 2.0]
    """
    _, member = np.unique(cluster, return_inverse=True)
    return np.bincount(member, weights=values).astype(np.float64)


def dominated(parts: Floats) -> bool:
    """Whether one cluster makes more than half of a sum, or two more than 67 % of it.

    A figure of such a sum is about that of the one. These are the rules (1, 50) and (2, 67) of the Australian
    Bureau of Statistics for what leaves its DataLab ("Input and output clearance", abs.gov.au).

    Example:
        >>> dominated(np.array([6.0, 2, 2, 1])), dominated(np.array([4.0, 3, 2, 1])), dominated(np.ones(5))
        (True, True, False)
    """
    two, total = np.sort(parts)[-2:], parts.sum()
    return bool(total > 0 and (two[-1] > DOMINANT[0] * total or two.sum() > DOMINANT[1] * total))


def of_later(later: Bools, cluster: Ints) -> Varies:
    """How the share of what came later varies between clusters.

    Example:
        >>> of_later(np.array([True, True, False, False]), np.array([5, 5, 6, 6]))
        Varies(spread=4.0, dominated=True)
    """
    size, share = len(later), float(later.mean()) if len(later) else 0.0
    moves: Floats = later.astype(np.float64) - share
    parts = by_cluster(later, cluster), by_cluster(~later, cluster), by_cluster(moves, cluster) ** 2
    return Varies(spread(moves, cluster, size * share * (1 - share)), any(dominated(each) for each in parts))


def rounded_up(found: float) -> float:
    """By how much counts vary more than independent ones, as it may be shown: in steps that grow with it.

    From the limits that are shown it can be solved for: so it tells no more than within a third or a half.

    Example:
        >>> [rounded_up(each) for each in (1.0, 1.1, 1.6, 2.5, 17.0, 40.0)]
        [1.0, 1.5, 2.0, 3.0, 24.0, 48.0]
    """
    step = 2.0 ** math.floor(math.log2(found))
    return next(each for each in (step, 1.5 * step, 2 * step) if each >= found)
