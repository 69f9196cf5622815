"""Attacks on the date of birth: token frequencies by agency, and bits that always come together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from bench.attacks.assign import Guess, Scores, assign, frequency_scores
from bench.attacks.field import field, filters, groups_of
from bench.attacks.names import Attacked
from bench.attacks.public import Cells, birth, gram_table, listed, year
from bench.attacks.stolen import Said
from mast_intake.encode import digit_grams
from mast_resolver.records import Encoding

_TOGETHER: Final = 0.8
_LEAST_BITS: Final = 5
_ROUNDS: Final = 12


def attack_births(
    loot: Sequence[Encoding], people: Sequence[Said], public: Sequence[Said]
) -> tuple[Attacked, Attacked]:
    """Which records' full dates of birth are read, and which years."""
    years, days = _by_tokens(loot, people, public)
    dates = {"frequency": years & days, "patterns": _by_bits(loot, people, public)}
    return Attacked("date_of_birth", dates), Attacked("birth_year", {"frequency": years})


def _by_tokens(
    loot: Sequence[Encoding], people: Sequence[Said], public: Sequence[Said]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Year by its records in each agency (schools see children), day and month by frequency."""
    cells = Cells(public)
    years = field(loot, people, "birth_year", year)
    days = field(loot, people, "birth_month_day", _month_day)
    known_years = listed(public, year, cells.of, cells.width)
    known_days = listed(public, _month_day, lambda _: 0, 1)
    by_agency = frequency_scores(years.by_cell(people, cells.of, cells.width), known_years.counts)
    by_count = frequency_scores(days.totals[:, None], known_days.counts)
    return years.hits(assign(by_agency), known_years), days.hits(assign(by_count), known_days)


def _month_day(said: Said) -> str:
    return birth(said)[4:]


def _by_bits(loot: Sequence[Encoding], people: Sequence[Said], public: Sequence[Said]) -> NDArray[np.bool_]:
    """Bits that always come together are a pair of digits at one place: find them, match their statistics."""
    dates = field(loot, people, "date_of_birth", birth)
    found = filters(loot, dates, "date_of_birth", groups_of(loot, ()))
    held = _atoms(found.bits)
    missed = np.zeros(len(people), bool)
    if not held.shape[1]:
        return missed
    known = sorted({birth(said) for said in public} - {""})
    grams = sorted({gram for date in known for gram in digit_grams(date)})
    public_held = gram_table(known, digit_grams)
    guess = _match_digits(held, public_held)
    right = np.zeros(len(dates.totals), bool)
    for code, row in zip(found.codes, held, strict=True):
        right[code] = (
            spelt(grams[guess[at]] for at in np.flatnonzero(row) if guess[at] >= 0) == dates.truths[code]
        )
    return np.where(dates.codes >= 0, right[dates.codes], missed)


def spelt(grams: Iterable[str]) -> str:
    """The digits that these pairs are of, each pair beginning with the sign that the one before ended with.

    Example:
        >>> spelt(digit_grams("19")), spelt(["01^", "135"])
        ('19', '1')
    """
    text, last = "", "^"
    for gram in sorted(grams):
        pair = gram[1:]
        if last not in pair:
            break
        last = pair.replace(last, "", 1)
        text += last
    return text.removesuffix("$")


def _atoms(bits: NDArray[np.uint8]) -> Scores:
    """Sets of bits with the same occurrence, and which filter holds each."""
    used = bits[:, (bits.mean(axis=0) > 0) & (bits.mean(axis=0) < 1)].astype(float)
    linked = np.corrcoef(used.T) > _TOGETHER
    _, label = connected_components(linked, directed=False)
    numbers, sizes = np.unique(label, return_counts=True)
    atoms = [number for number, size in zip(numbers, sizes, strict=True) if size >= _LEAST_BITS]
    if not atoms:
        return np.zeros((len(bits), 0))
    return np.stack(
        [(used[:, label == number].mean(axis=1) > 0.95).astype(float) for number in atoms], axis=1
    )


def _match_digits(held: Scores, public: Scores) -> Guess:
    """Which pair at which place each atom is: by how often it is there, and together with what."""
    ours, theirs = held.mean(axis=0), public.mean(axis=0)
    often = -((ours[:, None] - theirs[None, :]) ** 2) / (theirs * (1 - theirs) / len(held) + 1e-6) / 4
    guess = assign(often)
    left, right = _correlation(held), _correlation(public)
    for _ in range(_ROUNDS):
        known = guess >= 0
        apart = (left[:, None, known] - right[None, :, guess[known]]) ** 2
        guess = assign(often - 200 * np.minimum(apart, 0.02).sum(axis=2))
    return guess


def _correlation(held: Scores) -> Scores:
    apart = held - held.mean(axis=0)
    spread = np.maximum(held.std(axis=0), 1e-9)
    correlation: Scores = apart.T @ apart / len(held) / spread[:, None] / spread[None, :]
    return correlation
