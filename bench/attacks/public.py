"""The public list of names: another population, in clear, drawn from the very same distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.attacks.assign import Scores
from bench.attacks.stolen import Said
from mast_intake.encode import bigrams

Read = Callable[[Said], str]


def given(said: Said) -> str:
    """Canonical given name."""
    return said.text.name.given


def family(said: Said) -> str:
    """Canonical family name."""
    return said.text.name.family


def birth(said: Said) -> str:
    """Full date of birth in digits, or nothing."""
    digits = said.text.birth.replace("-", "")
    return digits if len(digits) == 8 else ""


def year(said: Said) -> str:
    """Year of birth."""
    return said.text.birth[:4]


def postcode(said: Said) -> str:
    """Full postcode of the home."""
    return said.text.home.full_postcode if said.text.home else ""


class Cells:
    """Kinds of records that the attacker can tell apart: by agency, which is open in the graph, and sex.

    Which of two sex tokens is which is a toss of a coin; it is given to the attacker. Schools see
    children and adult care the old: agencies tell the age, and with it which names are likely.
    """

    def __init__(self, public: Sequence[Said]) -> None:
        self._agencies = {agency: at for at, agency in enumerate(sorted({said.agency for said in public}))}
        self.width = 3 * len(self._agencies)

    def of(self, said: Said) -> int:
        """Number of a record's cell."""
        sex = {"": 0, "female": 1, "male": 2}.get(said.text.sex, 0)
        return 3 * self._agencies.get(said.agency, 0) + sex


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """Values of one field on the public list, with their counts by cell, the most frequent first."""

    values: tuple[str, ...]
    counts: Scores

    def most_frequent(self, values: int) -> Listed:
        """Only the first so many."""
        return Listed(self.values[:values], self.counts[:values])


def listed(
    people: Sequence[Said], read: Read, cell: Callable[[Said], int], cells: int, *, least: int = 2
) -> Listed:
    """Count a field over the public population, leaving out what stands there less than ``least`` times."""
    seen: Counter[tuple[str, int]] = Counter((read(said), cell(said)) for said in people)
    totals: Counter[str] = Counter()
    for (value, _), count in seen.items():
        totals[value] += count
    values = [value for value, count in totals.most_common() if value and count >= least]
    counts = np.zeros((len(values), cells))
    for at, value in enumerate(values):
        for column in range(cells):
            counts[at, column] = seen.get((value, column), 0)
    return Listed(tuple(values), counts)


def gram_table(values: Sequence[str], grams_of: Callable[[str], Sequence[str]] = bigrams) -> Scores:
    """Which value has which gram: ones and zeros."""
    per_value = [grams_of(value) for value in values]
    at = {gram: column for column, gram in enumerate(sorted({g for grams in per_value for g in grams}))}
    table = np.zeros((len(values), len(at)))
    for row, grams in enumerate(per_value):
        for gram in grams:
            table[row, at[gram]] = 1
    return table
