"""Who was in what was released, so that two releases cannot be told apart by a few people.

Each cohort is a row of bits over a register of keyed digests: exact, and 12.5 kB for one of a hundred
thousand people. A sketch would be smaller and could not do it: telling a difference of seven in a hundred
thousand takes an error far below what sketches have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_analytics.disclosure.policies import Bools, Ints, Policy
from mast_resolver.errors import CohortTooCloseError, UsageError

Words = NDArray[np.uint64]
SHORTEST_KEY: Final = 16
DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a ledger is stored as: digests in the order of their bits, and a row of bits each release."""

    digests: tuple[bytes, ...]
    rows: Words
    threshold: int
    """The highest of the policies that anything was released under."""


class Ledger:
    """Remembers cohorts under a key that stays with the custodian; ids are not kept.

    Example:
        >>> from mast_analytics.disclosure.policies import policy
        >>> ledger = Ledger(b"a key of the research store")
        >>> ledger.admit({"all": map(str, range(100))}, policy("nhs"))
        >>> ledger.admit({"all but one": map(str, range(99))}, policy("nhs"))
        Traceback (most recent call last):
        ...
        mast_resolver.errors.CohortTooCloseError: MAST-350: a cohort differs by too few people from what was released
          fix: use the cohort that was released, or choose one that differs by more
    """  # noqa: E501

    def __init__(self, key: bytes, kept: Remembered | None = None) -> None:
        """Raises UsageError: the key is shorter than 16 bytes."""
        if len(key) < SHORTEST_KEY:
            raise UsageError(
                "the key of a ledger is too short", fix=f"give one of {SHORTEST_KEY} bytes or more"
            )
        self._key = key[:64]
        kept = kept or Remembered((), np.zeros((0, 0), np.uint64), 0)
        self._place = {digest: place for place, digest in enumerate(kept.digests)}
        self._rows, self._threshold = kept.rows, kept.threshold

    def remembered(self) -> Remembered:
        """To be stored; without the key nobody can look for a person in it."""
        return Remembered(tuple(self._place), self._rows, self._threshold)

    def admit(self, cohorts: Mapping[str, Iterable[str]], policy: Policy) -> None:
        """Remember the cohorts of a release: all of them or, if one is refused, none.

        Cohorts of one release are not held against each other: what one table gives away is the business of
        :func:`~mast_analytics.disclosure.tables.protect`. One that was released already is admitted again.

        Raises:
            CohortTooCloseError: a cohort is too small, or differs by 1 to the threshold from one that was
                released, or from what two of them have together, in common, or one without the other.
        """
        threshold = max(self._threshold, policy.threshold)
        place = dict(self._place)
        members = [self._bits(place, cohort) for cohort in cohorts.values()]
        width = max((len(each) for each in (*members, *self._rows[:1])), default=0)
        before = _widened(self._rows, width)
        new = [np.pad(each, (0, width - len(each))) for each in members]
        for cohort in new:
            if _too_close(before, cohort, threshold):
                raise CohortTooCloseError(
                    "a cohort differs by too few people from what was released",
                    fix="use the cohort that was released, or choose one that differs by more",
                )
        rows = np.vstack([before, *new]) if new else before
        self._rows = np.unique(rows, axis=0)
        self._place, self._threshold = place, threshold

    def _bits(self, place: dict[bytes, int], people: Iterable[str]) -> Words:
        found = {
            place.setdefault(
                blake2b(person.encode(), key=self._key, digest_size=DIGEST_BYTES).digest(), len(place)
            )
            for person in people
        }
        bits = np.zeros(-(-max(len(place), 1) // 64) * 64, np.uint8)
        bits[list(found)] = 1
        return np.packbits(bits, bitorder="little").view(np.uint64)


def _widened(rows: Words, width: int) -> Words:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))


def _size(rows: Words) -> Ints:
    sizes: Ints = np.bitwise_count(rows).sum(axis=-1).astype(np.int64)
    return sizes


def _too_close(rows: Words, cohort: Words, threshold: int) -> bool:
    """Whether it is within the threshold of a released one or of a pair, and is not the same as one."""

    def near(others: Words) -> bool:
        apart = _size(others ^ cohort)
        return bool(((apart > 0) & (apart <= threshold)).any())

    size, shared, sizes = int(_size(cohort)), _size(rows & cohort), _size(rows)
    if 0 < size <= threshold:
        return True
    if ((sizes == size) & (shared == size)).any():
        return False  # it was released: nothing is new
    # Only those can take part in a pair that come within the threshold of what the pair asks of them.
    inside: Bools = sizes - shared <= threshold
    around: Bools = size - shared <= threshold
    beside: Bools = shared <= threshold
    parts, wholes, rest = rows[inside], rows[around], rows[beside]
    return (
        near(rows)
        or any(near(parts | each) for each in parts)
        or any(near(wholes & each) for each in wholes)
        or any(near(each & ~rest) for each in wholes)
    )
