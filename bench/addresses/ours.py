"""Records and a gazetteer, or records alone, through our parser, encoder and resolver: tokens only."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from bench.addresses.towns import Town, Written
from mast_api.resolving import BATCH, CAP, MARGIN
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.normalise import postcode
from mast_intake.places import PlaceEncoder
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

KEYS: Final = KeyRing({1: bytes(range(32))}, current=1)
"""A key for data that is public anyway."""


@dataclass(frozen=True, slots=True)
class Linked:
    """For each record the number of the address it was linked to, and that of its building; empty: none."""

    address: Sequence[str]
    building: Sequence[str]
    seconds: float


def encode(encoder: PlaceEncoder, line: str, code: str, uprn: str = "") -> Encoding:
    """As intake does it."""
    return encoder.encode(parse(line, postcode(code, "GB") or "", "GB"), uprn=uprn)


def link(
    town: Town, known: Sequence[tuple[str, str, str]], records: Sequence[Written], *, uprns: bool
) -> Linked:
    """Link records to what is known: (line, postcode, number) each; with ``uprns`` it is a gazetteer.

    Without, the numbers are for the count only: the resolver sees another source's written addresses.
    """
    encoder = PlaceEncoder(Encoder(KEYS))
    started = time.process_time()
    held = [encode(encoder, line, code, uprn if uprns else "") for line, code, uprn in known]
    asked = [encode(encoder, each.line, each.postcode) for each in records]
    resolver = _resolver()
    encodings = [*held, *asked]
    names = [RecordId(f"r{at:032x}") for at in range(len(encodings))]
    for start in range(0, len(names), BATCH):
        part = slice(start, start + BATCH)
        resolver.apply(list(map(Upsert, names[part], encodings[part])))
    seconds = time.process_time() - started
    numbers: dict[EntityId | None, set[str]] = defaultdict(set)
    for name, (_, _, uprn) in zip(names, known, strict=False):
        numbers[resolver.entity_of(name)].add(uprn)
    asked_names = names[len(known) :]
    address = [_only(numbers.get(resolver.entity_of(name), set())) for name in asked_names]
    inside = _buildings(town, held, known)
    building = [
        town.building(found) if found else _building(inside, encoding)
        for found, encoding in zip(address, asked, strict=True)
    ]
    return Linked(address, building, seconds)


def _resolver() -> Resolver:
    numbers = count(1)
    return Resolver(
        ModelScorer(read_model("address")),
        new_id=lambda: EntityId(f"A-{next(numbers)}"),
        cap=CAP[Kind.ADDRESS],
        margin=MARGIN[Kind.ADDRESS],
    )


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _building(inside: Mapping[bytes, set[str]], encoding: Encoding) -> str:
    """The building that a unit is linked to: by number, street and postcode, or without the street."""
    found = (inside.get(encoding.tokens.get(name, b""), set()) for name in ("building", "postcode_building"))
    return next((one for each in found if (one := _only(each))), "")


def _buildings(
    town: Town, held: Sequence[Encoding], known: Sequence[tuple[str, str, str]]
) -> Mapping[bytes, set[str]]:
    """By token of a building, as the graph links units: the buildings known by it or by a unit of it."""
    inside: dict[bytes, set[str]] = defaultdict(set)
    for encoding, (_, _, uprn) in zip(held, known, strict=True):
        for name in ("building", "postcode_building"):
            if token := encoding.tokens.get(name):
                inside[token].add(town.building(uprn))
    return inside
