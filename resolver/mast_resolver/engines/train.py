"""Training from start to model: Splink's two classes, then the relatives, then the model's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mast_resolver.classes import RELATIVES, Classes, levels_of, rounded, separate, tied
from mast_resolver.compare import Comparer
from mast_resolver.comparisons import PERSON
from mast_resolver.engines.splink import train_two_classes
from mast_resolver.model import SAME, Model, PairClass, Threshold
from mast_resolver.records import Encoding, Kind, MatchWeight
from mast_resolver.training_pairs import Patterns, area_patterns, candidate_pairs, together

REFERENCE_RECORDS: Final = 100_000
_CAP: Final = 60

JOIN: Final = Threshold(
    MatchWeight(2_000),
    "the least whole number of bits from which, by the model's own odds, at least 99.5 % of the pairs that "
    "it was trained on are right; the last of them is right 4 to 1 in an area of 100,000 records, and still "
    "no worse than even in one of 400,000",
)
REVIEW: Final = Threshold(
    MatchWeight(-1_000), "1 to 2 or better, but short of 4 to 1: worth a person's look, not to be joined"
)
EDGE: Final = Threshold(
    MatchWeight(-4_000), "1 to 16: what is below can hardly lift an average to the join threshold"
)
FRACTURE: Final = Threshold(
    MatchWeight(5_000),
    "32 to 1: the most that any area asks for to join; who is one by less would be two in a stricter one",
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and the patterns of pairs that it was learnt from, for its card."""

    model: Model
    patterns: Patterns


def train(
    areas: Mapping[str, Sequence[Encoding]],
    *,
    version: str,
    trained_on: str,
    seed: int = 1,
    pairs: int = 3_000_000,
) -> Trained:
    """Learn a person model from the encodings of one or more areas; no truth is looked at.

    People of different areas are never compared. ``pairs`` random ones stand for those that share no
    blocking key. The same encodings, seed and number of pairs give the same model.
    """
    everybody = [encoding for name in sorted(areas) for encoding in areas[name]]
    start = train_two_classes(everybody, seed=seed, pairs=pairs)
    comparer = Comparer(PERSON)
    patterns = together(
        [
            area_patterns(
                comparer,
                areas[name],
                candidate_pairs(areas[name], cap=_CAP),
                sample=pairs // len(areas),
                seed=seed,
            )
            for name in sorted(areas)
        ]
    )
    classes = separate(patterns, PERSON, start)
    return Trained(model_of(classes, patterns, version=version, trained_on=trained_on), patterns)


def model_of(classes: Classes, patterns: Patterns, *, version: str, trained_on: str) -> Model:
    """Put what was learnt into a model.

    The share of matches among all pairs falls as an area grows, while matches a record stay the same:
    so shares are carried over to an area of the reference size.
    """
    scale = 2 * float(patterns.counts.sum()) / patterns.records / REFERENCE_RECORDS
    return Model(
        kind=Kind.PERSON,
        version=version,
        trained_on=trained_on,
        reference_records=REFERENCE_RECORDS,
        chance_same=rounded(classes.shares[SAME] * scale),
        classes=tuple(
            PairClass(
                name,
                rounded(classes.shares[name] * scale),
                {each.name: tied(name, each.name) for each in PERSON},
            )
            for name in RELATIVES
        ),
        comparisons=levels_of(classes, PERSON),
        join=JOIN,
        review=REVIEW,
        edge=EDGE,
        fracture=FRACTURE,
        frequencies=("given_name", "family_name", "date_of_birth", "phone", "email"),
    )
