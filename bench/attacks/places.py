"""Attacks on addresses, against the area's own list of addresses: by opened tokens, and by the open graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.attacks.assign import Guess, Scores, assign
from bench.attacks.names import Attacked
from bench.attacks.stolen import Loot, Town
from mast_intake.address import ParsedAddress

_ROUNDS = 6
_AREA: Final = 4
"""The column of a table that holds the coarse area."""
Building = TypeVar("Building", bytes, tuple[str, str, str, str])
Flat = TypeVar("Flat", bytes, tuple[str, str, str, str])
NO_AREAS: Final[Mapping[str, str]] = {}
Address = tuple[str, str, str, str]
"""Premise, street, postcode, unit: what :attr:`Said.place` says."""


Areas = Mapping[str, str]
"""The coarse area of each postcode, as a look-up that is supplied to the service has it; public."""
HOUSEHOLDS: Final = 650
"""Of a lower super output area (LSOA): 400 to 1,200, so that 1,000 to 3,000 people live there."""


def areas_of(town: Town) -> Areas:
    """A look-up for an invented town: postcodes that lie together, until there are enough households."""
    counts = Counter(place.full_postcode for place in town.gazetteer if place.full_postcode)
    areas: dict[str, str] = {}
    reached = 0
    for code in sorted(counts):
        areas[code] = f"E{reached // HOUSEHOLDS:08d}"
        reached += counts[code]
    return areas


def attack_places(loot: Loot, town: Town, areas: Areas = NO_AREAS) -> Attacked:
    """Which records' homes are read by whoever has the opened tokens of all addresses (attacker B).

    With ``areas`` the codes of coarse areas lie beside the tokens, in clear.
    """
    beside = zip(loot.places, town.places, strict=True)
    stolen = sorted(
        {
            (*_tokens(each.tokens), areas.get(place.full_postcode, ""))
            for each, (place, _) in beside
            if "place" in each.tokens
        }
    )
    public = sorted(
        {(*_parts(each), areas.get(each.full_postcode, "")) for each in town.gazetteer if each.names_a_place}
    )
    meaning = _match(_Table.of([row[1:] for row in stolen]), _Table.of(public), with_areas=bool(areas))
    known: dict[bytes, Address] = {}
    for token, *parts, _ in stolen:
        read = [meaning[column].get(part, "") for column, part in enumerate(parts)]
        known[token] = (str(read[0]), str(read[1]), str(read[2]), str(read[3]))
    return Attacked("address", {"structure": _hits(loot, town, known)})


def attack_open_graph(loot: Loot, town: Town, areas: Areas = NO_AREAS) -> NDArray[np.bool_]:
    """Which homes are guessed from what lies open (attacker A): how many flats each building has, and the
    codes of coarse areas where there are ``areas``."""
    ours: dict[tuple[str, bytes], set[bytes]] = defaultdict(set)
    for each, (place, _) in zip(loot.places, town.places, strict=True):
        if "place" in each.tokens and "building" in each.tokens:
            area = areas.get(place.full_postcode, "")
            ours[area, bytes(each.tokens["building"])].add(bytes(each.tokens["place"]))
    theirs: dict[tuple[str, Address], set[Address]] = defaultdict(set)
    for place in town.gazetteer:
        if place.names_a_place:
            parts = _parts(place)
            theirs[areas.get(place.full_postcode, ""), (*parts[:3], "")].add(parts)
    known: dict[bytes, Address] = {}
    for area in {area for area, _ in ours}:
        left = sorted(_of(area, ours), key=lambda item: (-len(item[1]), item[0]))
        right = sorted(_of(area, theirs), key=lambda item: (-len(item[1]), item[0]))
        for (_, tokens), (_, places) in zip(left, right, strict=False):
            known.update(zip(sorted(tokens), sorted(places), strict=False))
    return _hits(loot, town, known)


def _of(area: str, held: Mapping[tuple[str, Building], set[Flat]]) -> list[tuple[Building, set[Flat]]]:
    return [(building, flats) for (lies_in, building), flats in held.items() if lies_in == area]


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


def _match(ours: _Table, theirs: _Table, *, with_areas: bool) -> list[dict[Hashable, Hashable]]:
    """Match house numbers by frequency, streets by their house numbers, those by their streets, and so on.

    Areas are known; streets and postcodes are matched by them as well.
    """
    guesses: list[Guess] = []
    for column in range(4):
        left = np.bincount(ours.rows[:, column]).astype(float)
        right = np.bincount(theirs.rows[:, column]).astype(float)
        guesses.append(assign(-np.abs(np.sqrt(left)[:, None] - np.sqrt(right)[None, :])))
    at = {value: number for number, value in enumerate(theirs.values[_AREA])}
    guesses.append(np.array([at.get(value, -1) for value in ours.values[_AREA]], np.intp))
    more = (_AREA,) if with_areas else ()
    for _ in range(_ROUNDS):
        for column, through in ((1, (0, 3, *more)), (2, (0, 1, *more)), (0, (1, 2)), (3, (1, 0))):
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
