"""All attacks on one encoding of one town, and whom they name together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.attacks.births import attack_births
from bench.attacks.names import Attacked, NameAttack
from bench.attacks.places import NO_AREAS, Areas, attack_open_graph, attack_places
from bench.attacks.public import family, given
from bench.attacks.stolen import Loot, Said, Town
from mast_intake.encode import Encoder

Value = TypeVar("Value", str, tuple[str, str])
_TOKENS_OF: Final = {
    "phonetic_family": "family_name",
    "phonetic_given": "given_name",
}
"""The token by which the attacker tells which filters may be compared: it is finer than the real group."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of records read field by field, and of people named with a date of birth or a home."""

    fields: Mapping[str, Mapping[str, float]]
    names: float
    """Of people: given and family name of one of their records."""

    identified: float
    """Of people: given and family name and date of birth or home, all of one record. The figure."""


def attack_opened(
    loot: Loot,
    town: Town,
    public: Sequence[Said],
    mine: Encoder,
    *,
    within: Mapping[str, Sequence[str]],
    most_values: int,
    areas: Areas = NO_AREAS,
) -> Outcome:
    """Attacker B: the opened encodings, the graph, public lists, no key.

    Of each field's attacks the one that did best counts, which the attacker could not know. With ``areas``
    the codes of coarse areas lie beside the addresses.
    """
    found = {}
    for token, read in (("given_name", given), ("family_name", family)):
        groups = [_TOKENS_OF[each] for each in within.get(token, ())]
        attack = NameAttack(token, read, groups, mine, most_values)
        found[token] = attack.run(loot.people, town.people, public)
    found["date_of_birth"], found["birth_year"] = attack_births(loot.people, town.people, public)
    found["address"] = attack_places(loot, town, areas)
    named = found["given_name"].best & found["family_name"].best
    identified = named & (found["date_of_birth"].best | found["address"].best)
    return Outcome(
        {name: _rates(attacked) for name, attacked in found.items()},
        share_of_people(named, town.people),
        share_of_people(identified, town.people),
    )


def attack_stored(loot: Loot, town: Town, public: Sequence[Said], *, areas: Areas = NO_AREAS) -> Outcome:
    """Attacker A: the graph as stored. Encodings are sealed: names can only be guessed at their best odds."""
    name = _most_common([(given(said), family(said)) for said in public])
    born = _most_common([said.text.birth for said in public])
    named = np.array([(given(said), family(said)) == name for said in town.people])
    dates = np.array([said.text.birth == born for said in town.people])
    homes = attack_open_graph(loot, town, areas)
    return Outcome(
        {
            "given_name": {"best odds": _share([given(s) for s in public], [given(s) for s in town.people])},
            "family_name": {
                "best odds": _share([family(s) for s in public], [family(s) for s in town.people])
            },
            "date_of_birth": {"best odds": float(dates.mean())},
            "address": {"open tokens": float(homes.mean())},
        },
        share_of_people(named, town.people),
        share_of_people(named & (dates | homes), town.people),
    )


def share_of_people(hits: NDArray[np.bool_], people: Sequence[Said]) -> float:
    """Of all people, those with at least one record hit."""
    everybody = {said.person for said in people}
    hit = {said.person for said, right in zip(people, hits, strict=True) if right}
    return len(hit) / len(everybody)


def _rates(attacked: Attacked) -> dict[str, float]:
    return {name: float(hits.mean()) for name, hits in attacked.hits.items()}


def _most_common(values: Sequence[Value]) -> Value:
    counts: dict[Value, int] = {}
    for value in values:
        if value and all(value):
            counts[value] = counts.get(value, 0) + 1
    return max(counts, key=lambda value: (counts[value], value))


def _share(public: Sequence[str], ours: Sequence[str]) -> float:
    best = _most_common(public)
    return sum(value == best for value in ours) / len(ours)
