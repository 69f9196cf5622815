"""The attacker's workhorses: who fits whom best, one to one, by any table of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Scores = NDArray[np.float64]
Guess = NDArray[np.intp]
"""For each stolen value the number of the public one it is taken for; -1 for none."""

_TINY: Final = 1e-9
_EDGES: Final = np.array([*np.arange(0.05, 0.75, 0.05), 0.8, 0.9, 0.999])


def assign(scores: Scores) -> Guess:
    """The one-to-one assignment of rows to columns with the greatest sum."""
    rows, columns = linear_sum_assignment(scores, maximize=True)
    guess = np.full(len(scores), -1, np.intp)
    guess[rows] = columns
    return guess


def by_rank(ours: int, theirs: int) -> Guess:
    """The most frequent value is the most frequent on the list, the second the second, and so on."""
    guess = np.arange(ours)
    guess[theirs:] = -1
    return guess


def frequency_scores(ours: Scores, theirs: Scores) -> Scores:
    """Log-likelihood of each stolen value's counts if it were each public value.

    ``ours`` counts a value's records by cell (its sexes, say); ``theirs`` does so in the public
    population. With one cell this is plain frequency matching, with more a profile goes into it.
    """
    rates = (theirs + 0.02) * (ours.sum() / theirs.sum())
    scores: Scores = ours @ np.log(rates).T - rates.sum(axis=1)
    relative: Scores = scores - scores.max(axis=1, keepdims=True)
    return relative


@dataclass(frozen=True, slots=True)
class Graph:
    """A similarity graph of values: how alike, which pairs could be seen, how frequent, how full."""

    alike: Scores
    seen: NDArray[np.bool_]
    weights: Scores
    ones: Scores

    def shape(self) -> Scores:
        """How alike a value is to the population at large: a histogram that no key changes."""
        bins = np.where(self.seen, np.digitize(self.alike, _EDGES), -1)
        histogram = np.stack([(bins == at) @ self.weights for at in range(len(_EDGES) + 1)], axis=1)
        shape: Scores = np.sqrt(histogram / np.maximum(histogram.sum(axis=1, keepdims=True), _TINY))
        return shape


def shape_scores(ours: Graph, theirs: Graph) -> Scores:
    """How well each stolen value's place in its graph resembles each public one's: degree and fill."""
    left, right = ours.shape(), theirs.shape()
    apart = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None, :] - 2 * left @ right.T
    scores: Scores = -300 * apart - 2 * ((ours.ones[:, None] - theirs.ones[None, :]) / 16) ** 2
    return scores


def graph_match(ours: Graph, theirs: Graph, prior: Scores, *, anchors: Sequence[int]) -> Guess:
    """Match two similarity graphs: first by the prior, then by likeness to anchors matched before.

    The most frequent values are landmarks: a stolen value should be as like each of them as its public
    counterpart is like theirs. More of them are believed with every round.
    """
    order = np.argsort(-ours.weights, kind="stable")
    prior = prior * np.sqrt(ours.weights)[:, None]
    left = np.where(ours.seen, ours.alike - ours.alike[ours.seen].mean(), 0.0)
    right = theirs.alike - theirs.alike.mean()
    guess = assign(prior)
    for count in anchors:
        landmarks = order[:count]
        landmarks = landmarks[guess[landmarks] >= 0]
        profile, public = left[:, landmarks], right[:, guess[landmarks]]
        lengths = np.linalg.norm(profile, axis=1)[:, None]
        # Only what was seen of a stolen value's profile can be compared with the public one.
        expected = np.sqrt(ours.seen[:, landmarks].astype(float) @ (public**2).T)
        likeness = profile @ public.T / np.maximum(lengths * expected, _TINY)
        guess = assign(likeness * 30 * np.sqrt(ours.seen[:, landmarks].sum(axis=1))[:, None] + prior)
    return guess


def learn_bits(filters: Scores, grams: Scores, prior: Scores, guess: Guess, weights: Scores) -> Guess:
    """Read Bloom fields by learning which bits go with which gram, from what was guessed so far.

    Ridge regression of the bits on the grams of the guessed names gives what every public name's filter
    should look like; the names are given out anew by likeness; and so on. Of each round's guesses only
    the surer ones teach the next: an eighth at first, all in the end.
    """
    rounds = 6
    centred = filters - np.average(filters, axis=0, weights=weights)
    sure = np.argsort(-weights, kind="stable")[: max(8, len(filters) // 8)]
    for turn in range(rounds):
        taught = sure[guess[sure] >= 0]
        known, seen = grams[guess[taught]], centred[taught]
        teach = known * weights[taught, None]
        ridge = known.T @ teach + np.eye(grams.shape[1])
        expected = _standard(grams @ np.linalg.solve(ridge, teach.T @ seen))
        likeness = _standard(centred) @ expected.T / filters.shape[1]
        guess = assign(likeness * 40 + prior)
        reached = np.where(guess >= 0, likeness[np.arange(len(guess)), guess], -1.0)
        share = min(1.0, 0.25 + 0.75 * (turn + 1) / rounds)
        sure = np.argsort(-reached * np.sqrt(weights), kind="stable")[: int(len(guess) * share)]
    return guess


def _standard(table: Scores) -> Scores:
    """Rows of mean zero and variance one."""
    centred = table - table.mean(axis=1, keepdims=True)
    standard: Scores = centred / np.maximum(centred.std(axis=1, keepdims=True), _TINY)
    return standard
