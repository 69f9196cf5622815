"""From two classes to five: the same person, three kinds of relatives in one home, and unrelated people.

Two-class models fuse siblings and twins, for who shares a family name, a home and a phone looks like
one person. Here each class ties a field to one of three distributions, and expectation-maximisation
over all pairs shares the fields' agreement out between them. How common *same* is is learnt for each pair
of sources: in a list that holds nobody twice there are twins but no second records, so that is where the
two are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_resolver.compare import MISSING, Comparison
from mast_resolver.model import HOUSEMATE, SAME, UNRELATED, LevelOdds
from mast_resolver.training_pairs import Patterns

Chances = Mapping[str, Mapping[str, Mapping[str, float]]]
"""For each comparison and level: its chance in each distribution that is known."""

DISTRIBUTIONS: Final = (SAME, HOUSEMATE, UNRELATED)

_OWN: Final = {
    # What a home shares. All else in a relative is as in anybody.
    "family_name": HOUSEMATE,
    "sex_given_alike": HOUSEMATE,
    "sex_given_unlike": HOUSEMATE,
    "phone": HOUSEMATE,
    "email": HOUSEMATE,
    "place": HOUSEMATE,
}
RELATIVES: Final[Mapping[str, Mapping[str, str]]] = {
    HOUSEMATE: _OWN,
    "twin": {**_OWN, "date_of_birth": SAME},
    "namesake": {**_OWN, "given_name": SAME, "sex_given_alike": SAME},
}
"""For each kind of relative: the fields that do not follow the distribution of unrelated people."""

_DIGITS: Final = 6
_ROUNDS: Final = 200
_SETTLED: Final = 1e-5
"""Gain of log-likelihood a record below which nothing more is learnt. Not a share of the likelihood: that is
nearly all of unrelated pairs, and hides what is said of the others."""
PSEUDO_PAIRS: Final[Mapping[str, float]] = dict.fromkeys(DISTRIBUTIONS, 5.0)
"""Pairs added to each distribution at its starting values, so that an unseen level keeps a chance."""
RAREST_SAME: Final = 2e-3
RAREST_OTHER: Final = 1e-5
"""Bounds on what is learnt, so that one field alone neither makes nor breaks a match: at most about 17
bits for and 9 against."""
AT_LEAST: Final[Mapping[tuple[str, str, str], float]] = {
    # Generated people keep their numbers better than real ones do.
    (SAME, "phone", "different"): 0.1,  # a new phone, or that of a parent
    (SAME, "email", "different"): 0.1,
    (SAME, "nhs_number", "different"): 0.005,  # typed into the wrong record, or the mother's for a new-born
    (SAME, "national_id", "different"): 0.005,
    (HOUSEMATE, "phone", "exact"): 0.2,  # schools hold a parent's number for every child
    (HOUSEMATE, "email", "exact"): 0.2,
    # Who shares a home moves out, changes a name and is misspelt like anybody: without these, twins who
    # were recorded at two homes could be nothing but one person.
    (HOUSEMATE, "place", "different"): 0.1,
    (HOUSEMATE, "family_name", "different"): 0.01,
}
"""Bounds that are reasoned, not learnt: by distribution, comparison and level."""
AT_MOST: Final[Mapping[tuple[str, str, str], float]] = {
    # One person under two given names is the exception; twins and siblings are the rule.
    (SAME, "given_name", "different"): 0.12,
    (SAME, "date_of_birth", "different"): 0.12,
}

WHOLE_PAIRS: Final = 20.0
"""Matches that are taken to be spread over the pairs of sources like all pairs are, before any is seen."""

Distribution = tuple[NDArray[np.float64], ...]
"""For each comparison, the chance of each level; the entry of level 0 (missing) is not used."""


@dataclass(frozen=True, slots=True)
class Classes:
    """What was learnt: distributions by name, and the share of all pairs in each class.

    ``same_of`` has, for each two sources, the share of *same* among their pairs.
    """

    distributions: Mapping[str, Distribution]
    shares: Mapping[str, float]
    same_of: Mapping[tuple[str, str], float]
    rounds: int


def separate(
    patterns: Patterns,
    comparisons: Sequence[Comparison],
    start: Chances,
    *,
    seen: Mapping[str, float] = PSEUDO_PAIRS,
    shares: Mapping[str, float] | None = None,
) -> Classes:
    """Expectation-maximisation from the chances that others found.

    ``seen`` is how many pairs each distribution's start is worth; ``shares`` begins with those of the
    classes, which are equal without. Pairs that share no blocking key are taken to be unrelated: those
    few that are not would be lost among what looks like them by chance.
    """
    names = [SAME, *RELATIVES, UNRELATED]
    ties = _ties(names, comparisons)
    begun = {name: _begin(name, comparisons, start) for name in DISTRIBUTIONS}
    current = dict(begun)
    bounds = {name: [_bounds(name, each) for each in comparisons] for name in DISTRIBUTIONS}
    records = np.sqrt(2 * patterns.counts.sum())
    # Relatives start as common as matches: what begins rarer may be taken for one person and stay so.
    begin = np.array([shares[name] if shares else 1 / records for name in names[:-1]])
    portions = _Portions(patterns, begin)
    distinct = _Distinct.of(patterns)
    apart = np.where(distinct.apart[:, None] & (np.array(names) != UNRELATED), -np.inf, 0.0)
    likelihood, rounds = -np.inf, 0
    while rounds < _ROUNDS:
        rounds += 1
        logs = _log_likelihoods(distinct.levels, names, ties, current) + apart
        logs = logs[distinct.of_pattern] + portions.logs[patterns.pair]
        highest = logs.max(axis=1, keepdims=True)
        posterior = np.exp(logs - highest)
        totals = posterior.sum(axis=1, keepdims=True)
        posterior *= patterns.counts[:, None] / totals
        portions.learn(posterior)
        seen_of = distinct.sums(posterior)
        current = {
            name: _learn(name, distinct.levels, seen_of, ties, begun[name], bounds[name], seen[name])
            for name in DISTRIBUTIONS
        }
        now = float((patterns.counts * (highest + np.log(totals))[:, 0]).sum())
        if abs(now - likelihood) <= _SETTLED * patterns.records:
            break
        likelihood = now
    return Classes(current, dict(zip(names, portions.shares, strict=True)), portions.same_of(), rounds)


def tied(relative: str, comparison: str) -> str:
    """The distribution that a field follows in one kind of relative.

    Example:
        >>> tied("twin", "date_of_birth"), tied("twin", "given_name")
        ('same', 'unrelated')
    """
    return RELATIVES[relative].get(comparison, UNRELATED)


def levels_of(classes: Classes, comparisons: Sequence[Comparison]) -> dict[str, dict[str, LevelOdds]]:
    """What was learnt about each level, as a model has it."""
    return {
        each.name: {
            level.name: LevelOdds(
                {name: rounded(float(classes.distributions[name][at][number])) for name in DISTRIBUTIONS}
            )
            for number, level in enumerate(each.all_levels, start=1)
        }
        for at, each in enumerate(comparisons)
    }


def rounded(chance: float) -> float:
    """To as many digits as a model file holds.

    Example:
        >>> rounded(0.12345678)
        0.123457
    """
    return float(f"{chance:.{_DIGITS}g}")


def _ties(names: Sequence[str], comparisons: Sequence[Comparison]) -> list[list[str]]:
    """For each class, the distribution of each comparison."""
    return [[tied(name, each.name) if name in RELATIVES else name for each in comparisons] for name in names]


def _begin(name: str, comparisons: Sequence[Comparison], start: Chances) -> Distribution:
    # A home's fields start as those of one person, and are pulled away by what is seen.
    found: list[NDArray[np.float64]] = []
    for each in comparisons:
        known = [start[each.name][level.name] for level in each.all_levels]
        chances = np.array([chance.get(name, chance[SAME]) for chance in known])
        found.append(_bounded(chances, _bounds(name, each)))
    return tuple(found)


Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def _bounds(name: str, comparison: Comparison) -> Bounds:
    """The least and the greatest chance of each level in a distribution."""
    rarest = RAREST_SAME if name == SAME else RAREST_OTHER
    levels = [(name, comparison.name, level.name) for level in comparison.all_levels]
    return (
        np.array([AT_LEAST.get(level, rarest) for level in levels]),
        np.array([AT_MOST.get(level, 1.0) for level in levels]),
    )


def _bounded(chances: NDArray[np.float64], bounds: Bounds) -> NDArray[np.float64]:
    """Level chances that sum to 1, each within its bounds, behind an unused one for *missing*."""
    lowest, highest = bounds
    chances = chances / chances.sum()
    held = np.clip(chances, lowest, highest)
    free = held == chances
    # What the bounds give to some levels, or take from them, comes from the others in proportion.
    left = chances[free].sum()
    held = np.where(free, chances * (1 - held[~free].sum()) / left, held) if left else held
    return np.concatenate([[1.0], np.clip(held, lowest, 1 - lowest.min())])


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The patterns without regard to the sources: what is the same for all of them is worked out once."""

    levels: NDArray[np.int8]
    apart: NDArray[np.bool_]
    of_pattern: NDArray[np.intp]

    @classmethod
    def of(cls, patterns: Patterns) -> _Distinct:
        wide = np.column_stack([patterns.levels, patterns.apart.astype(np.int8)])
        _, first, inverse = np.unique(wide, axis=0, return_index=True, return_inverse=True)
        return cls(patterns.levels[first], patterns.apart[first], inverse.reshape(-1))

    def sums(self, posterior: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each column, the sum over the sources."""
        size = len(self.levels)
        return np.column_stack([np.bincount(self.of_pattern, column, size) for column in posterior.T])


class _Portions:
    """The share of each class: of *same* for each pair of sources, of relatives for all pairs alike."""

    def __init__(self, patterns: Patterns, begin: NDArray[np.float64]) -> None:
        self._patterns = patterns
        size = len(patterns.sources)
        self._volume = np.bincount(patterns.pair, patterns.counts, size)
        self._set(np.tile(begin, (size, 1)))
        self.shares = [*map(float, begin), float(1 - begin.sum())]

    def learn(self, posterior: NDArray[np.float64]) -> None:
        """From pairs (rows) that are so much of each class (columns)."""
        found = posterior.sum(axis=0)
        total = self._volume.sum()
        self.shares = [float(each) for each in found / total]
        size = len(self._volume)
        same = np.bincount(self._patterns.pair, posterior[:, 0], size) + WHOLE_PAIRS * self._volume / total
        portions = np.tile(found[:-1] / total, (size, 1))
        there = self._volume > 0
        scale = found[0] / (found[0] + WHOLE_PAIRS)
        portions[there, 0] = scale * same[there] / self._volume[there]
        self._set(portions)

    def same_of(self) -> dict[tuple[str, str], float]:
        """The share of *same* for each pair of sources that has any pair."""
        there = zip(self._patterns.sources, self._volume > 0, self._same, strict=True)
        return {pair: float(share) for pair, any_, share in there if any_}

    def _set(self, portions: NDArray[np.float64]) -> None:
        # Two small lists of the same people may be half matches; something has to be left for the rest.
        portions = portions * np.minimum(1, 0.9 / portions.sum(axis=1, keepdims=True))
        self._same = portions[:, 0]
        self.logs = np.log(np.column_stack([portions, 1 - portions.sum(axis=1)]))


def _log_likelihoods(
    levels: NDArray[np.int8],
    names: Sequence[str],
    ties: list[list[str]],
    current: Mapping[str, Distribution],
) -> NDArray[np.float64]:
    logs = np.zeros((len(levels), len(names)))
    for at, level in enumerate(levels.T):
        # The entry of level 0 is 1: a missing field says nothing.
        by_name = {name: np.log(current[name][at])[level] for name in DISTRIBUTIONS}
        for column, tie in enumerate(ties):
            logs[:, column] += by_name[tie[at]]
    return logs


def _learn(
    name: str,
    levels: NDArray[np.int8],
    posterior: NDArray[np.float64],
    ties: list[list[str]],
    begun: Distribution,
    bounds: list[Bounds],
    worth: float,
) -> Distribution:
    """New level chances of one distribution, from every class that is tied to it."""
    learnt = []
    for at, level in enumerate(levels.T):
        mine = [column for column, tie in enumerate(ties) if tie[at] == name]
        found = np.bincount(level, posterior[:, mine].sum(axis=1), len(begun[at]))
        seen = worth * begun[at] + found
        learnt.append(_bounded(seen[MISSING + 1 :], bounds[at]))
    return tuple(learnt)
