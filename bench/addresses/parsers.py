"""How many lines are read fully right: ours, `usaddress`, and a CRF learnt on lines of this kind."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pycrfsuite
import usaddress

from bench.addresses.towns import Town, Written
from mast_intake.address.plain import ORDINAL, level, spelt
from mast_intake.address.street_words import street_words
from mast_intake.address.united_kingdom import UnitedKingdomParser
from mast_intake.normalise import postcode

Parts = tuple[str, str, str]
"""Flat, number and street, canonical."""
Parse = Callable[[str, str], Parts]

_WORD: Final = re.compile(r"[\w/-]+")
_FIELDS: Final = ("subname", "name", "number", "streetname", "locality", "townname")
_TYPES: Final = street_words("GB")


@dataclass(frozen=True, slots=True)
class Read:
    """What one parser made of some lines."""

    right: float
    per_second: float


def measure(parse: Parse, town: Town, records: Sequence[Written]) -> Read:
    """Share of lines fully right, and lines a second of processor time."""
    truth = {part["uprn"]: true_parts(part) for part in town.parts}
    codes = [postcode(each.postcode, "GB") or "" for each in records]
    started = time.process_time()
    found = [parse(each.line, code) for each, code in zip(records, codes, strict=True)]
    seconds = time.process_time() - started
    right = sum(
        _squeezed(made) == _squeezed(truth[each.uprn]) for made, each in zip(found, records, strict=True)
    )
    return Read(right / len(records), len(records) / seconds)


def _squeezed(parts: Parts) -> Parts:
    """A street in one word is the same street."""
    return parts[0], parts[1], parts[2].replace(" ", "")


def true_parts(part: dict[str, Any]) -> Parts:
    """The components as every parser should give them."""
    unit = part["subname"].lower().removeprefix("flat ").removeprefix("apartment ")
    said = unit.removesuffix(" flat").removesuffix(" floor")
    if said != unit and re.fullmatch(ORDINAL, said):
        unit = f"fl{level(said)}"
    return unit, part["number"].lower(), spelt(part["streetname"].lower())


def ours(line: str, code: str) -> Parts:
    """As intake parses, nothing remembered."""
    place = _PARSER.parse(line, code)
    return place.unit, place.number, place.street


_PARSER: Final = UnitedKingdomParser()


def american(line: str, _code: str) -> Parts:
    """`usaddress`, which we use for US records only."""
    try:
        tagged, _ = usaddress.tag(line)
    except usaddress.RepeatedLabelError:
        return "", "", ""
    street = " ".join(value for label, value in tagged.items() if label.startswith("StreetName"))
    return (
        tagged.get("OccupancyIdentifier", "").lower(),
        tagged.get("AddressNumber", "").lower().rstrip(","),
        spelt(street.lower().replace(",", "")),
    )


def train_crf(town: Town, records: Iterable[Written], model: Path) -> None:
    """Learn to label the words of a line from lines whose words are those of their components."""
    known = town.by_uprn()
    trainer = pycrfsuite.Trainer(verbose=False)
    for each in records:
        words = _WORD.findall(each.line.lower())
        labels = list(_labels(words, known[each.uprn]))
        if len(labels) == len(words):
            trainer.append(list(_features(words)), labels)
    trainer.set_params({"c1": 0.1, "c2": 0.01, "max_iterations": 80})
    trainer.train(str(model))


def crf(model: Path) -> Parse:
    """A parser by that model."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(model))

    def parse(line: str, _code: str) -> Parts:
        words = _WORD.findall(line.lower())
        said: dict[str, list[str]] = {}
        for word, label in zip(words, tagger.tag(list(_features(words))), strict=True):
            said.setdefault(label, []).append(word)
        part = {"subname": " ".join(said.get("subname", [])), "number": " ".join(said.get("number", []))}
        return true_parts({**part, "streetname": " ".join(said.get("streetname", []))})

    return parse


def _labels(words: Sequence[str], part: dict[str, Any]) -> Iterator[str]:
    left = [(word, field) for field in _FIELDS for word in _WORD.findall(part[field].lower())]
    for word in words:
        at = next((at for at, (each, _) in enumerate(left) if each == word), None)
        if at is None:
            return
        yield left[at][1]
        del left[: at + 1]


def _features(words: Sequence[str]) -> Iterator[list[str]]:
    shapes = [re.sub(r"[a-z]", "a", re.sub(r"\d", "9", word)) for word in words]
    for at, word in enumerate(words):
        kind = _TYPES.expanded.get(word, "")
        yield [
            f"word={word}",
            f"shape={shapes[at]}",
            f"type={'street' if kind in _TYPES.street else 'building' if kind else ''}",
            f"end={word[-3:]}",
            f"place={min(at, 4)}",
            *(f"{step:+d}={words[at + step]}" for step in (-2, -1, 1, 2) if 0 <= at + step < len(words)),
            *(f"{step:+d}s={shapes[at + step]}" for step in (-1, 1) if 0 <= at + step < len(words)),
        ]
