"""How many of an agency's people another agency has no record of, learnt without truth."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Shares = NDArray[np.float64]

LEAST: Final = 0.02
"""No smaller share is believed: who fits a little is at most 50 times likelier for being alone on a side."""
_WORTH: Final = 5.0
"""Records taken to be unmatched before any is seen."""
_ROUNDS: Final = 20
_STRONGEST: Final = 30.0
"""Bits beyond which a match is certain."""


def unmatched_shares(
    left: Rows, right: Rows, bits: NDArray[np.float64], sources: Rows, *, sampled: float = 1.0
) -> Shares:
    """For each two sources, the share of the first's records that match none of the second.

    ``left`` and ``right`` are rows of pairs that may be one person, ``bits`` log2 of the odds that they
    are, ``sources`` the source of each row. ``sampled`` is the share of the area's records that the rows
    are: what is unmatched among them may be matched by one that was not drawn.

    Example:
        >>> sources = np.array([0] * 50 + [1] * 50)  # everybody of one list is in the other
        >>> shares = unmatched_shares(np.arange(50), np.arange(50, 100), np.full(50, 20.0), sources)
        >>> bool(shares[0, 1] < 0.1), float(shares[0, 0])
        (True, 1.0)
    """
    size = int(sources.max(initial=-1)) + 1
    odds = np.exp2(np.minimum(bits, _STRONGEST))
    against, matches = np.zeros((2, len(sources), size))
    for one, other in ((left, right), (right, left)):
        np.add.at(against, (one, sources[other]), odds)
        np.add.at(matches, (one, sources[other]), odds / (1 + odds))
    shares = np.ones((size, size))
    for source in range(size):
        rows = against[sources == source]
        for _ in range(_ROUNDS):
            alone = shares[source] / (shares[source] + rows)
            shares[source] = (alone.sum(axis=0) + _WORTH) / (len(rows) + _WORTH)
        if sampled < 1:
            expected = matches[sources == source].sum(axis=0) / (len(rows) + _WORTH)
            shares[source] = _of_all(shares[source], np.maximum(expected, 1 - shares[source]), sampled)
    return np.clip(shares, LEAST, 1.0)


def _of_all(shares: NDArray[np.float64], expected: NDArray[np.float64], sampled: float) -> Shares:
    """The shares in the whole area, if the matched have so many matches each, drawn independently."""
    matched = np.maximum(1 - shares, 1e-9)
    ratio = expected / matched  # matches that were drawn, of a record that has one drawn
    low, high = np.full_like(ratio, 1e-6), np.full_like(ratio, 1e4)
    for _ in range(60):  # how many there are: the ratio rises with it
        middle = np.sqrt(low * high)
        found = sampled * middle / -np.expm1(middle * np.log1p(-sampled))
        low, high = np.where(found < ratio, middle, low), np.where(found < ratio, high, middle)
    matches = np.maximum(1, np.sqrt(low * high))
    return np.asarray(1 - matched / -np.expm1(matches * np.log1p(-sampled)))
