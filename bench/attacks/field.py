"""One stolen field: its tokens numbered by frequency, its filters, and whether a guess was right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.attacks.assign import Guess, Scores
from bench.attacks.public import Listed, Read
from bench.attacks.stolen import Said
from mast_resolver.records import BLOOM_BYTES, Encoding

_BITS = BLOOM_BYTES * 8


@dataclass(frozen=True, slots=True, repr=False)
class Field:
    """Values of a token field over all records: ``codes`` gives each record's, -1 for none."""

    name: str
    codes: NDArray[np.intp]
    totals: Scores
    truths: tuple[str, ...]
    """What each value means, for counting hits."""

    def by_cell(self, people: Sequence[Said], cell: Callable[[Said], int], width: int) -> Scores:
        """Records of each value by cell. Only what the attacker can tell apart may make a cell."""
        table = np.zeros((len(self.totals), width))
        for code, said in zip(self.codes, people, strict=True):
            if code >= 0:
                table[code, cell(said)] += 1
        return table

    def most_frequent(self, values: int) -> Field:
        """Only so many values; records of the others have none."""
        codes = np.where(self.codes < values, self.codes, -1)
        return Field(self.name, codes, self.totals[:values], self.truths[:values])

    def hits(self, guess: Guess, listed: Listed) -> NDArray[np.bool_]:
        """Which records' values were guessed right."""
        right = np.array(
            [at >= 0 and listed.values[at] == truth for at, truth in zip(guess, self.truths, strict=True)]
        )
        return np.where(self.codes >= 0, right[self.codes], False)  # noqa: FBT003


def field(loot: Sequence[Encoding], people: Sequence[Said], name: str, read: Read) -> Field:
    """The field of that token name."""
    tokens = [encoding.tokens.get(name) for encoding in loot]
    common = Counter(token for token in tokens if token is not None).most_common()
    number = {token: at for at, (token, _) in enumerate(common)}
    codes = np.array([-1 if token is None else number[token] for token in tokens], np.intp)
    truths = [""] * len(common)
    for code, said in zip(codes, people, strict=True):
        if code >= 0:
            truths[code] = read(said)
    return Field(name, codes, np.array([count for _, count in common], float), tuple(truths))


def groups_of(loot: Sequence[Encoding], names: Sequence[str]) -> NDArray[np.intp]:
    """Records numbered by the tokens of some fields: those whose filters are comparable, as far as told."""
    seen: dict[tuple[bytes, ...], int] = {}
    return np.array(
        [
            seen.setdefault(tuple(bytes(each.tokens.get(name, b"")) for name in names), len(seen))
            for each in loot
        ],
        np.intp,
    )


@dataclass(frozen=True, slots=True, repr=False)
class Filters:
    """Distinct (value, group) of a Bloom field with their filters."""

    codes: NDArray[np.intp]
    groups: NDArray[np.intp]
    bits: NDArray[np.uint8]


def filters(loot: Sequence[Encoding], values: Field, bloom: str, groups: NDArray[np.intp]) -> Filters:
    """The filters that belong to a field's values, one for each group that a value is seen in."""
    found: dict[tuple[int, int], bytes] = {}
    for encoding, code, group in zip(loot, values.codes, groups, strict=True):
        filled = encoding.blooms.get(bloom)
        if filled is not None and code >= 0:
            found.setdefault((int(group), int(code)), filled)
    keys = sorted(found)
    raw = np.frombuffer(b"".join(found[key] for key in keys), np.uint8).reshape(len(keys), BLOOM_BYTES)
    return Filters(
        np.array([code for _, code in keys], np.intp),
        np.array([group for group, _ in keys], np.intp),
        np.unpackbits(raw, axis=1, bitorder="little"),
    )


def similarities(found: Filters, values: int) -> tuple[Scores, NDArray[np.bool_]]:
    """Mean Dice of every two values over the groups that hold both, and whether any did."""
    total, seen = np.zeros((values, values)), np.zeros((values, values))
    starts = np.flatnonzero(np.diff(found.groups, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(found.groups)], strict=True):
        if end - start < 2:
            continue
        block, codes = found.bits[start:end].astype(np.float32), found.codes[start:end]
        sizes = block.sum(axis=1)
        dice = 2 * (block @ block.T) / np.maximum(sizes[:, None] + sizes[None, :], 1)
        at = np.ix_(codes, codes)
        total[at] += dice
        seen[at] += 1
    mean = np.divide(total, seen, out=np.zeros_like(total), where=seen > 0)
    return mean, seen > 0
