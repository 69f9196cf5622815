"""The pairs a model is learnt from: all candidates, and weighted random pairs for the rest of the space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mast_resolver.columns import Columns
from mast_resolver.compare import Comparer
from mast_resolver.records import BlockingKey, Encoding


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct combinations of levels and how many pairs show them.

    ``levels`` has a row a pattern and a column a comparison; ``counts`` are not whole, since a random
    pair stands for many others. ``apart`` marks the patterns of pairs that share no blocking key, ``pair``
    is the place of the pair's two sources in ``sources``.
    """

    levels: NDArray[np.int8]
    apart: NDArray[np.bool_]
    pair: NDArray[np.intp]
    counts: NDArray[np.float64]
    records: int
    sources: Sequence[tuple[str, str]]


Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def candidate_pairs(encodings: Sequence[Encoding], *, cap: int) -> Pairs:
    """Rows that share a blocking key that is no commoner than the cap; each pair once, left < right."""
    postings: dict[BlockingKey, list[int]] = defaultdict(list)
    for row, encoding in enumerate(encodings):
        for key in encoding.keys:
            postings[key].append(row)
    size = len(encodings)
    codes = [np.empty(0, np.int64)]
    # Postings of one length together: there are hundreds of thousands of two and three rows.
    blocks: dict[int, list[list[int]]] = defaultdict(list)
    for rows in postings.values():
        if 1 < len(rows) <= cap:
            blocks[len(rows)].append(rows)
    for length, some in blocks.items():
        left, right = np.triu_indices(length, 1)
        block = np.array(some, np.int64)
        codes.append((block[:, left] * size + block[:, right]).ravel())
    pairs = np.unique(np.concatenate(codes))
    return pairs // max(size, 1), pairs % max(size, 1)


def area_patterns(
    comparer: Comparer, encodings: Sequence[Encoding], candidates: Pairs, *, sample: int, seed: int
) -> Patterns:
    """Every pair of one area, by its pattern: candidates one by one, all others through a sample."""
    columns = _columns(encodings)
    left, right = candidates
    found = comparer.levels(columns, left, right)
    others = _random_others(len(encodings), left * len(encodings) + right, sample, seed)
    rest = comparer.levels(columns, *others)
    pairs = len(encodings) * (len(encodings) - 1) // 2
    each = (pairs - len(left)) / max(len(rest), 1)
    counts = np.concatenate([np.ones(len(found)), np.full(len(rest), each)])
    apart = np.repeat([False, True], [len(found), len(rest)])
    sources, pair = source_pairs([each.source for each in encodings])
    pairs_of = np.concatenate([pair(left, right), pair(*others)])
    return _distinct(np.concatenate([found, rest]), apart, pairs_of, counts, len(encodings), sources)


def together(parts: Sequence[Patterns]) -> Patterns:
    """The patterns of several areas, whose people are not compared with each other.

    Each area counts by its records, not by its pairs: these grow with the square of the records, and a
    large area would drown a small one.
    """
    records = sum(part.records for part in parts)
    counts = [part.counts * (records / len(parts) / part.records) for part in parts]
    levels, apart = ([getattr(part, name) for part in parts] for name in ("levels", "apart"))
    # Sources of one name in two areas are two.
    first = np.cumsum([0, *(len(part.sources) for part in parts)])
    pair = [part.pair + start for part, start in zip(parts, first, strict=False)]
    sources = [each for part in parts for each in part.sources]
    return _distinct(
        np.concatenate(levels),
        np.concatenate(apart),
        np.concatenate(pair),
        np.concatenate(counts),
        records,
        sources,
    )


def source_pairs(
    sources: Sequence[str],
) -> tuple[list[tuple[str, str]], Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.intp]]]:
    """The pairs of sources there can be, and which of them a pair of rows is.

    Example:
        >>> pairs, pair = source_pairs(["a", "b"])
        >>> pairs[int(pair(np.array([1]), np.array([0]))[0])]
        ('a', 'b')
    """
    names, number = np.unique(np.array(sources, dtype=object), return_inverse=True)
    found = [(str(left), str(right)) for left in names for right in names]

    def pair(left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.intp]:
        ours, theirs = number[left], number[right]
        return np.asarray(np.minimum(ours, theirs) * len(names) + np.maximum(ours, theirs), np.intp)

    return found, pair


def _columns(encodings: Sequence[Encoding]) -> Columns:
    columns = Columns(encodings[0].kind, rows=len(encodings))
    for row, encoding in enumerate(encodings):
        columns.put(row, encoding)
    return columns


def _random_others(size: int, candidates: NDArray[np.intp], sample: int, seed: int) -> Pairs:
    """Random pairs, left < right, none of them a candidate."""
    draw = np.random.default_rng(seed).integers(0, size, (2, sample))
    left, right = draw.min(axis=0), draw.max(axis=0)
    codes = np.unique((left * size + right)[left < right])
    codes = codes[~np.isin(codes, candidates, assume_unique=True)]
    return codes // size, codes % size


def _distinct(
    levels: NDArray[np.int8],
    apart: NDArray[np.bool_],
    pair: NDArray[np.intp],
    counts: NDArray[np.float64],
    records: int,
    sources: Sequence[tuple[str, str]],
) -> Patterns:
    # One number a pattern: sorting numbers is far quicker than sorting rows.
    base = 1 + int(levels.max(initial=0))
    codes = levels.astype(np.int64) @ (base ** np.arange(levels.shape[1], dtype=np.int64))
    codes = 2 * (codes * max(len(sources), 1) + pair) + apart
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    totals: NDArray[np.float64] = np.bincount(inverse, counts, len(first)).astype(np.float64)
    return Patterns(levels[first], apart[first], pair[first], totals, records, sources)
