"""Curves that show no single person: steps that many took, numbers that are rounded, no last few."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mast_analytics.disclosure.policies import Bools, Ints, Policy
from mast_analytics.disclosure.tables import HIDDEN, Table, protect
from mast_analytics.incidence import Incidence
from mast_analytics.intervals import Floats
from mast_analytics.occupancy import Occupancy
from mast_resolver.errors import UsageError


@dataclass(frozen=True, slots=True)
class Curve:
    """Share to whom each thing had happened, at the times that may be shown; nothing is said between them.

    ``events`` are those since the time before, of each cause, and ``at_risk`` how many were followed just
    before; both are rounded. ``share`` is rounded to ``grain``, which is worth so many people of those
    followed. ``withheld`` causes had too few events to be shown at all.
    """

    policy: Policy
    causes: tuple[str, ...]
    times: Floats
    at_risk: Ints
    events: Ints
    share: Floats
    grain: Floats
    withheld: tuple[str, ...]


def curve(found: Incidence, policy: Policy) -> Curve:
    """The times by which more than the threshold had happened of every cause since the time before.

    The curve ends before no more than the threshold are followed: later events are in no step. The share
    with nothing is not given, for it would tell of causes that are withheld.

    Example:
        >>> import numpy as np
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_analytics.incidence import incidence
        >>> shown = curve(incidence(np.arange(1, 61), np.ones(60, int), ["up"]), policy("nhs"))
        >>> shown.times.tolist()[:2], shown.events[0].tolist()[:2], shown.share[0].round(3).tolist()[:2]
        ([8.0, 16.0], [10, 10], [0.091, 0.222])
    """
    enough = found.at_risk > policy.threshold
    last = int(np.argmin(enough)) if not enough.all() else len(enough)
    events = found.events[:, :last]
    shown = events.sum(axis=1) > policy.threshold
    ends = _ends(events[shown], policy.threshold)
    before = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    steps = np.array(
        [row[a : b + 1].sum() for row in events[shown] for a, b in zip(before, ends, strict=True)]
    )
    followed = policy.rounded(found.at_risk[ends], policy.coarse)
    # One person's step is the share with nothing over those followed: never more than one over them.
    grain = policy.coarse / np.maximum(followed, 1)
    share = np.minimum(1.0, np.round(found.happened[shown][:, ends] / grain) * grain)
    return Curve(
        policy=policy,
        causes=tuple(np.array(found.causes, object)[shown]),
        times=found.times[ends],
        at_risk=followed,
        events=policy.rounded(steps.reshape(int(shown.sum()), len(ends)).astype(np.int64), policy.coarse),
        share=share,
        grain=grain,
        withheld=tuple(np.array(found.causes, object)[~shown]),
    )


def rising(found: Curve) -> Floats:
    """The shares of a curve, none of which falls: rounded to a grain that grows, they may by that alone.

    Each is held to what all that is shown allows: no lower than an earlier one can mean, no higher than a
    later one can. It tells nothing that the curve does not. The console, which may import nothing of ours,
    draws by the same law (`mast_console.research.curves.rising`).

    Example:
        >>> import numpy as np
        >>> from mast_analytics.disclosure.policies import policy
        >>> one = np.ones(3, np.int64)
        >>> fell = Curve(policy("nhs"), ("up",), one * 1.0, one, one[None], np.array([[0.5, 0.75, 0.6]]),
        ...     np.array([0.1, 0.25, 0.2]), ())
        >>> rising(fell).round(3).tolist()
        [[0.5, 0.7, 0.7]]
    """
    least = np.maximum.accumulate(np.maximum(found.share - found.grain / 2, 0.0), axis=1)
    most = np.minimum(found.share + found.grain / 2, 1.0)
    most = np.minimum.accumulate(most[:, ::-1], axis=1)[:, ::-1]
    shares: Floats = np.maximum.accumulate(np.clip(found.share, least, most), axis=1)
    return shares


def _ends(events: Ints, threshold: int) -> Ints:
    """Places where a step may end, so that more than the threshold of every cause lie in each step."""
    ends, since = list[int](), np.zeros(len(events), np.int64)
    for place in range(events.shape[1] if len(events) else 0):
        since = since + events[:, place]
        if (since > threshold).all():
            ends.append(place)
            since = np.zeros_like(since)
    return np.array(ends, np.int64)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many were followed in each state at each time, and the share estimated to be there.

    Shares are rounded to ``coarse`` people of those followed; the mark stands where the count is hidden.
    """

    policy: Policy
    states: tuple[str, ...]
    times: Ints
    followed: tuple[Table, ...]
    share: tuple[tuple[float | str, ...], ...]


def standing(found: Occupancy, times: Ints, policy: Policy) -> Standing:
    """Occupancy at chosen times, each covered like a list with its total; a share only where its count is.

    Raises:
        UsageError: nobody ever moved, or a time is not followed so far.
    """
    if not len(found.times) or not ((times >= found.times[0]) & (times <= found.followed_to)).all():
        raise UsageError(
            "a time lies outside those that were followed", fix="give days from the first move to the last"
        )
    tables, shares = list[Table](), list[tuple[float | str, ...]]()
    for time in times.tolist():
        step = int(np.searchsorted(found.times, time, "right")) - 1
        # Counts as they are, rounded when they are covered: of rounded ones the total would be too exact.
        table = protect(found.at_risk[step], replace(policy, base=policy.coarse))
        grain = policy.coarse / max(int(table.cells.clip(0).sum()), 1)
        rounded = np.minimum(1.0, np.round(found.share[step] / grain) * grain)
        hidden: Bools = table.hidden[:-1]
        shares.append(tuple(HIDDEN if gone else float(s) for s, gone in zip(rounded, hidden, strict=True)))
        tables.append(table)
    return Standing(policy, found.states, times, tuple(tables), tuple(shares))


def quantile(values: Floats, share: float, policy: Policy) -> float | str:
    """A quantile, where more than the threshold lie on either side of it; else the mark.

    So a least or a greatest value, which is somebody's, is never shown. It is the middle of the values of
    one person over the threshold around it, rounded to a whole unit.

    Raises:
        UsageError: the share is not between 0 and 1.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> days = np.arange(100.0)
        >>> quantile(days, 0.5, policy("nhs")), quantile(days, 0.99, policy("nhs")), quantile(days, 1, policy("nhs"))
        (50.0, '*', '*')
    """  # noqa: E501
    if not 0 <= share <= 1:
        raise UsageError("a quantile is not of a share between 0 and 1", fix="give 0.5 for the median")
    many, least = len(values), policy.threshold + 1
    if not many or min(share, 1 - share) * many < least:
        return HIDDEN
    middle = int(share * many)
    around = np.sort(values)[max(0, middle - least // 2) : middle + least // 2 + 1]
    return float(np.round(around.mean()))
