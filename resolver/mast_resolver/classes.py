"""From two classes to five: the same person, three kinds of relatives in one home, and unrelated people.

Two-class models fuse siblings and twins, for who shares a family name, a home and a phone looks like
one person. Here each class ties a field to one of three distributions, and expectation-maximisation
over all pairs shares the fields' agreement out between them.
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
_SETTLED: Final = 1e-7
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

Distribution = tuple[NDArray[np.float64], ...]
"""For each comparison, the chance of each level; the entry of level 0 (missing) is not used."""


@dataclass(frozen=True, slots=True)
class Classes:
    """What was learnt: distributions by name, and the share of all pairs in each class."""

    distributions: Mapping[str, Distribution]
    shares: Mapping[str, float]
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
    portions = np.append(begin, 1 - begin.sum())
    apart = np.where(patterns.apart[:, None] & (np.array(names) != UNRELATED), -np.inf, 0.0)
    likelihood, rounds = -np.inf, 0
    while rounds < _ROUNDS:
        rounds += 1
        logs = _log_likelihoods(patterns, names, ties, current) + np.log(portions) + apart
        highest = logs.max(axis=1, keepdims=True)
        posterior = np.exp(logs - highest)
        totals = posterior.sum(axis=1, keepdims=True)
        posterior *= patterns.counts[:, None] / totals
        portions = posterior.sum(axis=0) / patterns.counts.sum()
        current = {
            name: _learn(name, patterns, posterior, ties, begun[name], bounds[name], seen[name])
            for name in DISTRIBUTIONS
        }
        now = float((patterns.counts * (highest + np.log(totals))[:, 0]).sum())
        if abs(now - likelihood) <= _SETTLED * abs(now):
            break
        likelihood = now
    return Classes(current, dict(zip(names, map(float, portions), strict=True)), rounds)


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


def _log_likelihoods(
    patterns: Patterns,
    names: Sequence[str],
    ties: list[list[str]],
    current: Mapping[str, Distribution],
) -> NDArray[np.float64]:
    logs = np.zeros((len(patterns.counts), len(names)))
    for at, level in enumerate(patterns.levels.T):
        # The entry of level 0 is 1: a missing field says nothing.
        by_name = {name: np.log(current[name][at])[level] for name in DISTRIBUTIONS}
        for column, tie in enumerate(ties):
            logs[:, column] += by_name[tie[at]]
    return logs


def _learn(
    name: str,
    patterns: Patterns,
    posterior: NDArray[np.float64],
    ties: list[list[str]],
    begun: Distribution,
    bounds: list[Bounds],
    worth: float,
) -> Distribution:
    """New level chances of one distribution, from every class that is tied to it."""
    learnt = []
    for at, level in enumerate(patterns.levels.T):
        mine = [column for column, tie in enumerate(ties) if tie[at] == name]
        seen = worth * begun[at]
        np.add.at(seen, level, posterior[:, mine].sum(axis=1))
        learnt.append(_bounded(seen[MISSING + 1 :], bounds[at]))
    return tuple(learnt)
