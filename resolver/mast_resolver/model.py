"""The frozen model file: levels with their probabilities or weights, classes, priors and thresholds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import isfinite, log2
from typing import Any, Final

from mast_resolver.compare import Comparison
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.errors import ModelFileError
from mast_resolver.records import Kind, MatchWeight
from mast_resolver.sources import SourcePair

FORMAT: Final = 1

SAME: Final = "same"
UNRELATED: Final = "unrelated"
HOUSEMATE: Final = "housemate"
_RETRAIN: Final = "train the model again with `mast train`, or restore the file that shipped"


@dataclass(frozen=True, slots=True)
class LevelOdds:
    """How often pairs of each kind reach a level, or a weight that was set by hand.

    ``chances`` holds a probability a distribution (``same``, ``unrelated``, perhaps ``housemate``).
    ``weight``, when there are none, is the evidence in millibits.
    """

    chances: Mapping[str, float] = field(default_factory=dict)
    weight: MatchWeight | None = None

    def millibits(self, distribution: str) -> int:
        """log2 of how much likelier the level is there than among unrelated pairs, rounded once.

        Example:
            >>> LevelOdds({"same": 0.9, "unrelated": 0.1}).millibits("same")
            3170
        """
        if self.weight is not None:
            return self.weight if distribution == SAME else 0
        return _millibits(self.chances[distribution] / self.chances[UNRELATED])


@dataclass(frozen=True, slots=True)
class PairClass:
    """A kind of pair that is not the same person: how common, and which distribution each field follows.

    ``like`` ties fields to the distributions of others: a twin has the date of birth of the *same*
    person, the given name of somebody *unrelated*, the address of a *housemate*.
    """

    name: str
    chance: float
    like: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A weight from which something happens, and the reason for it."""

    weight: MatchWeight
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """Everything a score depends on, except term frequencies.

    ``chance_same`` and the chances of the classes are those of a random pair in an area of
    ``reference_records`` records; they are frozen, so results do not drift as volume grows.
    ``sources`` are the agencies of the area it was learnt in; a model for any area knows none.
    """

    kind: Kind
    version: str
    trained_on: str
    reference_records: int
    chance_same: float
    classes: tuple[PairClass, ...]
    comparisons: Mapping[str, Mapping[str, LevelOdds]]
    join: Threshold
    review: Threshold
    edge: Threshold
    fracture: Threshold | None = None
    """Below it what holds an entity together is in doubt; of a model without it nobody is asked (places)."""
    frequencies: tuple[str, ...] = ()
    sources: tuple[SourcePair, ...] = ()

    def thresholds(self) -> list[tuple[str, Threshold]]:
        """Those that it has, by their names, the greatest first."""
        named = [("join", self.join), ("review", self.review), ("edge", self.edge)]
        return [("fracture", self.fracture), *named] if self.fracture else named

    def prior(self) -> int:
        """Millibits of a random pair being the same against being unrelated.

        Example:
            >>> read_model("person").prior() < -10_000
            True
        """
        others = sum(each.chance for each in self.classes)
        return _millibits(self.chance_same / (1 - self.chance_same - others))

    def class_prior(self, pair_class: PairClass) -> int:
        """Millibits of a random pair being of that class against being unrelated."""
        others = sum(each.chance for each in self.classes)
        return _millibits(pair_class.chance / (1 - self.chance_same - others))


def write_model(model: Model) -> str:
    """The file's text; the same model gives the same bytes, with a checksum of all the rest."""
    content = _content_of(model)
    return json.dumps({**content, "checksum": _checksum(content)}, indent=1, ensure_ascii=False) + "\n"


def model_checksum(model: Model) -> str:
    """Hexadecimal digits that differ for different models."""
    return _checksum(_content_of(model)).removeprefix("sha256:")


def _content_of(model: Model) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": model.kind.value,
        "version": model.version,
        "trained_on": model.trained_on,
        "reference_records": model.reference_records,
        "thresholds": {
            name: {"millibits": threshold.weight, "reason": threshold.reason}
            for name, threshold in model.thresholds()
        },
        "chance_same": model.chance_same,
        "classes": [
            {"name": each.name, "chance": each.chance, "like": dict(sorted(each.like.items()))}
            for each in model.classes
        ],
        "frequencies": list(model.frequencies),
        "comparisons": {
            comparison: {
                level: dict(odds.chances) if odds.weight is None else {"millibits": odds.weight}
                for level, odds in levels.items()
            }
            for comparison, levels in model.comparisons.items()
        },
        # A model for any area has none, and its file does not speak of them.
        **({"sources": [_source_content(each) for each in model.sources]} if model.sources else {}),
    }


def _source_content(pair: SourcePair) -> dict[str, Any]:
    return {
        "left": pair.left,
        "right": pair.right,
        "same_millibits": pair.same,
        "unmatched": list(pair.unmatched),
    }


def _source_pair(content: Mapping[str, Any]) -> SourcePair:
    left, right = map(float, content["unmatched"])
    same = MatchWeight(int(content["same_millibits"]))
    return SourcePair(str(content["left"]), str(content["right"]), same, (left, right))


def parse_model(text: str) -> Model:
    """Read the text of a model file.

    Raises:
        ModelFileError: it is of another format or kind, was changed since it was written, or has a
            level that is missing, unknown, untrained or not a probability.
    """
    content = _content(text)
    try:
        kind = Kind(content["kind"])
        model = Model(
            kind=kind,
            version=str(content["version"]),
            trained_on=str(content["trained_on"]),
            reference_records=int(content["reference_records"]),
            chance_same=float(content["chance_same"]),
            classes=tuple(
                PairClass(str(each["name"]), float(each["chance"]), dict(each["like"]))
                for each in content["classes"]
            ),
            comparisons={
                comparison: {level: _odds(odds) for level, odds in levels.items()}
                for comparison, levels in content["comparisons"].items()
            },
            join=_threshold(content, "join"),
            review=_threshold(content, "review"),
            edge=_threshold(content, "edge"),
            fracture=_threshold(content, "fracture") if "fracture" in content["thresholds"] else None,
            frequencies=tuple(map(str, content["frequencies"])),
            sources=tuple(map(_source_pair, content.get("sources", ()))),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ModelFileError(
            "a part of the model file is missing or of the wrong type", fix=_RETRAIN
        ) from None
    check_model(model, COMPARISONS[kind])
    return model


@cache
def read_model(name: str) -> Model:
    """The model of that name that ships with the package: ``person`` or ``address``.

    Raises:
        ModelFileError: there is none, or it is damaged.

    Example:
        >>> read_model("address").kind
        <Kind.ADDRESS: 'address'>
    """
    file = files("mast_resolver") / "models" / f"{name}.json"
    if not file.is_file():
        raise ModelFileError("no model of that name ships with the service", fix="use person or address")
    return parse_model(file.read_text("utf-8"))


def check_model(model: Model, comparisons: tuple[Comparison, ...]) -> None:
    """See that a model says all that these comparisons need, and nothing that cannot be.

    Raises:
        ModelFileError: it does not; the message names the comparison and the level.
    """
    declared = {each.name: [level.name for level in each.all_levels] for each in comparisons}
    if list(model.comparisons) != list(declared):
        raise ModelFileError("the model compares other fields than this version", fix=_RETRAIN)
    distributions = {SAME, UNRELATED} | {name for each in model.classes for name in each.like.values()}
    for name, levels in model.comparisons.items():
        if list(levels) != declared[name]:
            raise ModelFileError(f"the levels of {name} are not those of this version", fix=_RETRAIN)
        for level, odds in levels.items():
            if not _is_trained(odds, distributions):
                raise ModelFileError(f"level {level} of {name} is not trained", fix=_RETRAIN)
    for pair_class in model.classes:
        if set(pair_class.like) != set(declared):
            raise ModelFileError(f"class {pair_class.name} does not tie every field", fix=_RETRAIN)
    _check_numbers(model, declared)


def _check_numbers(model: Model, declared: Mapping[str, object]) -> None:
    chances = [model.chance_same, *(each.chance for each in model.classes)]
    if not all(0 < chance < 1 for chance in chances) or sum(chances) >= 1:
        raise ModelFileError("the chances of the classes are not probabilities", fix=_RETRAIN)
    weights = [threshold.weight for _, threshold in model.thresholds()]
    if weights != sorted(weights, reverse=True):
        raise ModelFileError("the thresholds are not in order: edge, review, join, fracture", fix=_RETRAIN)
    shares = [share for pair in model.sources for share in pair.unmatched]
    if not all(0 < share <= 1 for share in shares):
        raise ModelFileError("the share of unmatched records of two agencies is not a share", fix=_RETRAIN)
    if not set(model.frequencies) <= set(declared):
        raise ModelFileError("a field with term frequencies is not compared", fix=_RETRAIN)


def _is_trained(odds: LevelOdds, distributions: set[str]) -> bool:
    if odds.weight is not None:
        return not odds.chances
    return distributions <= set(odds.chances) and all(
        isfinite(chance) and 0 < chance < 1 for chance in odds.chances.values()
    )


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        raise ModelFileError("the model file is not JSON", fix=_RETRAIN) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ModelFileError(f"the model file is not of format {FORMAT}", fix=_RETRAIN)
    stated = content.pop("checksum", None)
    if stated != _checksum(content):
        raise ModelFileError("the model file was changed after it was written", fix=_RETRAIN)
    return content


def _checksum(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _odds(value: Mapping[str, float]) -> LevelOdds:
    if "millibits" in value:
        return LevelOdds(weight=MatchWeight(int(value["millibits"])))
    return LevelOdds({str(name): float(chance) for name, chance in value.items()})


def _threshold(content: Mapping[str, Any], name: str) -> Threshold:
    entry = content["thresholds"][name]
    return Threshold(MatchWeight(int(entry["millibits"])), str(entry["reason"]))


def _millibits(odds: float) -> int:
    return round(1000 * log2(odds))
