"""Cohorts as rows of bits over keyed digests: exact, and 12.5 kB for one of a hundred thousand people.

A sketch would be smaller and could not do it: telling a difference of seven in a hundred thousand takes an
error far below what sketches have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from mast_analytics.disclosure.policies import Ints

Content = Mapping[str, bytes]
"""People; with what is counted of each, where that may change while they stay the same."""
Words = NDArray[np.uint64]
DIGEST_BYTES = 16
SAMPLE = 64
"""Words of a row, at most, by which most pairs are seen to be far apart."""


class Register:
    """Digests in the order of their bits, whose each is, and a row of bits for each cohort."""

    def __init__(self) -> None:
        self.place: dict[bytes, int] = {}
        self.owners: list[int] = []
        self.rows: Words = np.zeros((0, 0), np.uint64)

    def copy(self) -> Register:
        """One that may be added to without this one changing."""
        other = Register()
        other.place, other.owners, other.rows = dict(self.place), list(self.owners), self.rows
        return other

    def add(self, digests: Iterable[bytes], owners: Iterable[int]) -> None:
        """Digests that are new, at the next bits."""
        for digest, owner in zip(digests, owners, strict=True):
            self.place[digest] = len(self.place)
            self.owners.append(owner)

    def add_people(self, digests: Iterable[bytes]) -> None:
        """People who are new: each is the owner of their own bit."""
        new = list(digests)
        self.add(new, range(len(self.place), len(self.place) + len(new)))

    def bits(self, digests: Iterable[bytes]) -> Words:
        """A row for a cohort of registered digests."""
        bits = np.zeros(-(-max(len(self.place), 1) // 64) * 64, np.uint8)
        bits[[self.place[digest] for digest in digests]] = 1
        return np.packbits(bits, bitorder="little").view(np.uint64)

    def keep(self, row: Words) -> None:
        """Remember a cohort, once."""
        if self.holds(row):
            return
        width = max(len(row), self.rows.shape[1])
        self.rows = np.vstack([_widened(self.rows, width), _widened(row[None, :], width)])

    def holds(self, row: Words) -> bool:
        """Whether it is one of the remembered cohorts."""
        rows, row = self._aligned(row)
        return bool((rows == row).all(axis=1).any())

    def too_close(self, cohort: Words, threshold: int, *, at_most_each: int = 1) -> bool:
        """Whether 1 to ``threshold`` people are all it differs by, from a remembered one or a pair of them.

        A person may have so many bits of two cohorts that differ only in them: ``at_most_each``.
        """
        rows, cohort = self._aligned(cohort)
        slack = threshold * at_most_each

        def near(others: Words) -> bool:
            apart = others ^ cohort
            sizes = _size(apart)
            close = apart[(sizes > 0) & (sizes <= slack)]
            return any(each <= threshold for each in self._people_in(close))

        few = np.arange(0, len(cohort), -(-len(cohort) // SAMPLE))
        sample, sampled = np.ascontiguousarray(rows[:, few]), cohort[few]

        def near_pair(combine: Callable[[Words, Words], Words], one: int, others: Ints) -> bool:
            # What is apart in a few words already is far apart: of most pairs nothing more is looked at.
            apart = _size(combine(sample[others], sample[one]) ^ sampled)
            left = others[apart <= slack]
            return bool(len(left)) and near(combine(rows[left], rows[one]))

        size, shared, sizes = int(_size(cohort)), _size(rows & cohort), _size(rows)
        # Only those can take part in a pair that come within the threshold of what the pair asks of them.
        inside = np.flatnonzero(sizes - shared <= slack)
        around = np.flatnonzero(size - shared <= slack)
        beside = np.flatnonzero(shared <= slack)
        return (
            near(rows)
            or any(near_pair(np.bitwise_or, one, inside[at + 1 :]) for at, one in enumerate(inside.tolist()))
            or any(near_pair(np.bitwise_and, one, around[at + 1 :]) for at, one in enumerate(around.tolist()))
            or any(near_pair(_without, one, beside) for one in around.tolist())
        )

    def _people_in(self, rows: Words) -> Iterator[int]:
        owners = np.array(self.owners if len(rows) else [], np.int64)
        for row in rows:
            bits = np.unpackbits(row.view(np.uint8), bitorder="little")[: len(owners)]
            yield len(np.unique(owners[np.flatnonzero(bits)]))

    def _aligned(self, row: Words) -> tuple[Words, Words]:
        width = max(len(row), self.rows.shape[1])
        return _widened(self.rows, width), _widened(row[None, :], width)[0]


def _widened(rows: Words, width: int) -> Words:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))


def _without(others: Words, one: Words) -> Words:
    return one & ~others


def _size(rows: Words) -> Ints:
    sizes: Ints = np.bitwise_count(rows).sum(axis=-1).astype(np.int64)
    return sizes
