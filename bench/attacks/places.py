"""Attacks on addresses, against the area's own list of addresses: by opened tokens, and by the open graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.attacks.assign import Guess, Scores, assign
from bench.attacks.names import Attacked
from bench.attacks.stolen import Loot, Town
from mast_intake.address import ParsedAddress

_ROUNDS = 6
Address = tuple[str, str, str, str]
"""Premise, street, postcode, unit: what :attr:`Said.place` says."""


def attack_places(loot: Loot, town: Town) -> Attacked:
    """Which records' homes are read by whoever has the opened tokens of all addresses (attacker B)."""
    stolen = sorted({_tokens(each.tokens) for each in loot.places if "place" in each.tokens})
    public = sorted({_parts(each) for each in town.gazetteer if each.names_a_place})
    ours = _Table.of([row[1:] for row in stolen])
    theirs = _Table.of([(number, street, code, unit) for number, street, code, unit in public])
    meaning = _match(ours, theirs)
    known: dict[bytes, Address] = {}
    for token, *parts in stolen:
        read = [meaning[column].get(part, "") for column, part in enumerate(parts)]
        known[token] = (str(read[0]), str(read[1]), str(read[2]), str(read[3]))
    return Attacked("address", {"structure": _hits(loot, town, known)})


def attack_open_graph(loot: Loot, town: Town) -> NDArray[np.bool_]:
    """Which homes are guessed from open look-up tokens (attacker A): how many flats each building has."""
    ours: dict[bytes, set[bytes]] = defaultdict(set)
    for each in loot.places:
        if "place" in each.tokens and "building" in each.tokens:
            ours[bytes(each.tokens["building"])].add(bytes(each.tokens["place"]))
    theirs: dict[Address, set[Address]] = defaultdict(set)
    for place in town.gazetteer:
        if place.names_a_place:
            parts = _parts(place)
            theirs[(*parts[:3], "")].add(parts)
    known: dict[bytes, Address] = {}
    left = sorted(ours.items(), key=lambda item: (-len(item[1]), item[0]))
    right = sorted(theirs.items(), key=lambda item: (-len(item[1]), item[0]))
    for (_, tokens), (_, places) in zip(left, right, strict=False):
        known.update(zip(sorted(tokens), sorted(places), strict=False))
    return _hits(loot, town, known)


@dataclass(frozen=True, slots=True, repr=False)
class _Table:
    """Rows of an address list, each column's values numbered."""

    values: tuple[tuple[Hashable, ...], ...]
    rows: NDArray[np.intp]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Hashable]]) -> _Table:
        columns = [
            [value for value, _ in Counter(column).most_common()] for column in zip(*rows, strict=True)
        ]
        at = [{value: number for number, value in enumerate(column)} for column in columns]
        numbered = [[at[column][value] for column, value in enumerate(row)] for row in rows]
        return cls(tuple(map(tuple, columns)), np.array(numbered, np.intp))

    def joint(self, left: int, right: int) -> Scores:
        """Which values of two columns stand together."""
        table = np.zeros((len(self.values[left]), len(self.values[right])))
        table[self.rows[:, left], self.rows[:, right]] = 1
        return table


def _match(ours: _Table, theirs: _Table) -> list[dict[Hashable, Hashable]]:
    """Match house numbers by frequency, streets by their house numbers, those by their streets, and so on."""
    guesses: list[Guess] = []
    for column in range(4):
        left = np.bincount(ours.rows[:, column]).astype(float)
        right = np.bincount(theirs.rows[:, column]).astype(float)
        guesses.append(assign(-np.abs(np.sqrt(left)[:, None] - np.sqrt(right)[None, :])))
    for _ in range(_ROUNDS):
        for column, through in ((1, (0, 3)), (2, (0, 1)), (0, (1, 2)), (3, (1, 0))):
            score: Scores = sum(
                (_overlap(ours, theirs, column, other, guesses[other]) for other in through),
                start=np.zeros((len(ours.values[column]), len(theirs.values[column]))),
            )
            guesses[column] = assign(score)
    return [
        {
            value: theirs.values[column][at]
            for value, at in zip(ours.values[column], guesses[column], strict=True)
            if at >= 0
        }
        for column in range(4)
    ]


def _overlap(ours: _Table, theirs: _Table, column: int, other: int, guess: Guess) -> Scores:
    """How much two values have in common: what they stand beside, translated by the guess."""
    left, right = ours.joint(column, other), theirs.joint(column, other)
    there = guess >= 0
    translated = np.zeros((len(left), right.shape[1]))
    translated[:, guess[there]] = left[:, there]
    common = translated @ right.T
    score: Scores = common - 0.5 * (left.sum(axis=1)[:, None] + right.sum(axis=1)[None, :] - common) / 2
    return score


def _tokens(tokens: Mapping[str, bytes]) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    # A house with a name has no number: its name shows in composites only, so it is its own number.
    place = bytes(tokens["place"])
    number = bytes(tokens.get("number", place))
    rest = (bytes(tokens.get(name, b"")) for name in ("street", "postcode", "unit"))
    street, postcode, unit = rest
    return place, number, street, postcode, unit


def _parts(place: ParsedAddress) -> Address:
    return place.premise, place.street, place.full_postcode, place.unit


def _hits(loot: Loot, town: Town, known: Mapping[bytes, Address]) -> NDArray[np.bool_]:
    hits = []
    for encoding, said in zip(loot.people, town.people, strict=True):
        token = encoding.tokens.get("premise")
        hits.append(token is not None and said.place[0] != "" and known.get(bytes(token)) == said.place)
    return np.array(hits, bool)
