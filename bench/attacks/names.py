"""Attacks on the name fields: frequency, similarity graph, bit patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.attacks.assign import (
    Graph,
    Guess,
    Scores,
    assign,
    by_rank,
    frequency_scores,
    graph_match,
    learn_bits,
    shape_scores,
)
from bench.attacks.field import Field, field, filters, groups_of, similarities
from bench.attacks.public import Cells, Listed, Read, gram_table, listed
from bench.attacks.stolen import Said
from mast_intake.encode import Encoder
from mast_resolver.records import BLOOM_BYTES, Encoding

ANCHORS: Final = (100, 100, 200, 200, 400, 400, 800, 800)
_WORTH_READING: Final = 30
_MOST_GROUPS: Final = 20


@dataclass(frozen=True, slots=True)
class Attacked:
    """Which records each attack read right in one field."""

    field: str
    hits: Mapping[str, NDArray[np.bool_]]

    @property
    def best(self) -> NDArray[np.bool_]:
        """Of the attack that did best: a choice the attacker could not make, in their favour."""
        return max(self.hits.values(), key=lambda right: float(right.mean()))


@dataclass(frozen=True, slots=True, repr=False)
class NameAttack:
    """One name field under attack. ``groups`` are the token fields within which filters compare."""

    token: str
    read: Read
    groups: Sequence[str]
    mine: Encoder
    """The attacker's own encoder: the method is public, only the key is not."""

    most_values: int = 2_000

    def run(self, loot: Sequence[Encoding], people: Sequence[Said], public: Sequence[Said]) -> Attacked:
        """All attacks on the field; each stands on the one before."""
        values = field(loot, people, self.token, self.read).most_frequent(self.most_values)
        cells = Cells(public)
        names = listed(public, self.read, cells.of, cells.width).most_frequent(self.most_values + 500)
        often = frequency_scores(values.by_cell(people, cells.of, cells.width), names.counts)
        found = filters(loot, values, self.token, groups_of(loot, self.groups))
        alike, seen = similarities(found, len(values.totals))
        fill = _fill(found.codes, found.bits.sum(axis=1, dtype=float), len(values.totals))
        ours = Graph(alike, seen, values.totals, fill)
        theirs = self._public_graph(names)
        graph = graph_match(ours, theirs, often + shape_scores(ours, theirs), anchors=ANCHORS)
        guesses = {
            "rank": by_rank(len(values.totals), len(names.values)),
            "frequency": assign(often),
            "graph": graph,
            "patterns": self._patterns(found.codes, found.groups, found.bits, values, names, graph, often),
        }
        return Attacked(self.token, {name: values.hits(guess, names) for name, guess in guesses.items()})

    def _public_graph(self, names: Listed) -> Graph:
        packed = b"".join(self.mine.bloom("attack", name) for name in names.values)
        raw = np.frombuffer(packed, np.uint8).reshape(len(names.values), BLOOM_BYTES)
        bits = np.unpackbits(raw, axis=1, bitorder="little").astype(np.float32)
        ones = bits.sum(axis=1).astype(float)
        alike = 2 * (bits @ bits.T) / np.maximum(ones[:, None] + ones[None, :], 1)
        return Graph(alike, np.ones(alike.shape, bool), names.counts.sum(axis=1), ones)

    def _patterns(
        self,
        codes: NDArray[np.intp],
        groups: NDArray[np.intp],
        bits: NDArray[np.uint8],
        values: Field,
        names: Listed,
        guess: Guess,
        often: Scores,
    ) -> Guess:
        """Read the bits of every group that holds enough values; of two readings the larger group's holds."""
        grams = gram_table(names.values)
        read = guess.copy()
        numbers, sizes = np.unique(groups, return_counts=True)
        for number in numbers[np.argsort(sizes, kind="stable")][-_MOST_GROUPS:]:
            members = np.flatnonzero(groups == number)
            if len(members) < _WORTH_READING:
                continue
            inside = codes[members]
            read[inside] = learn_bits(
                bits[members].astype(float),
                grams,
                often[inside] * 0.5,
                guess[inside],
                values.totals[inside],
            )
        return read


def _fill(codes: NDArray[np.intp], ones: Scores, values: int) -> Scores:
    counts = np.bincount(codes, minlength=values)
    fill: Scores = np.bincount(codes, weights=ones, minlength=values) / np.maximum(counts, 1)
    return fill
