"""Records and a gazetteer, or records alone, through our parser, encoder and resolver: tokens only."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from bench.addresses.towns import Town, Written
from mast_api.opening import new_resolver
from mast_api.resolving import BATCH
from mast_intake.address import parse
from mast_intake.address.structured import Parts, parse_parts
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.normalise import postcode
from mast_intake.places import PlaceEncoder
from mast_resolver.model import read_model
from mast_resolver.records import GAZETTEER, Encoding, EntityId, RecordId
from mast_resolver.resolver import Upsert
from mast_resolver.score import ModelScorer

Known = Sequence[tuple[str, str, str]]
"""Line, postcode and number of each address that is there."""

_PARTS: Final = ("subname", "name", "number", "streetname", "locality", "townname")
KEYS: Final = KeyRing({1: bytes(range(32))}, current=1)
"""A key for data that is public anyway."""


@dataclass(frozen=True, slots=True)
class Linked:
    """For each record the number of the address it was linked to, and that of its building; empty: none."""

    address: Sequence[str]
    building: Sequence[str]
    seconds: float


def encode(encoder: PlaceEncoder, line: str, code: str, uprn: str = "", agency: str = "") -> Encoding:
    """As intake does it."""
    return encoder.encode(parse(line, postcode(code, "GB") or "", "GB"), uprn=uprn, source=agency)


def _readings(encoder: PlaceEncoder, town: Town, uprn: str) -> list[Encoding]:
    """As `mast load-gazetteer` encodes a property whose parts are given, what it is a part of left out."""
    part = town.part(uprn)
    parts = Parts(*(part[name] for name in _PARTS))
    code = postcode(part["postcode"], "GB") or ""
    places = dict.fromkeys((parse_parts(parts, code), parse(parts.line, code)))
    return [encoder.encode(place, uprn=uprn, source=GAZETTEER) for place in places]


def link(
    town: Town, known: Known, records: Sequence[Written], *, gazetteer: Known, uprns: Sequence[str] = ()
) -> Linked:
    """Link records to what is known: (line, postcode, number) each; beside it lies a ``gazetteer``, or none.

    The numbers of what is known are for the count only, unless it is the gazetteer; those of the records, if
    any are given, are as an agency gives them.
    """
    encoder = PlaceEncoder(Encoder(KEYS))
    started = time.process_time()
    properties = {uprn: _readings(encoder, town, uprn) for _, _, uprn in gazetteer}
    held = [] if known is gazetteer else [encode(encoder, line, code) for line, code, _ in known]
    given = uprns or [""] * len(records)
    asked = [
        encode(encoder, each.line, each.postcode, uprn, "council")
        for each, uprn in zip(records, given, strict=True)
    ]
    numbers = count(1)
    resolver = new_resolver(ModelScorer(read_model("address")), new_id=lambda: str(next(numbers)))
    readings = [each for some in properties.values() for each in some]
    encodings = [*readings, *held, *asked]
    names = [RecordId(f"r{at:032x}") for at in range(len(encodings))]
    for start in range(0, len(names), BATCH):
        part = slice(start, start + BATCH)
        resolver.apply(list(map(Upsert, names[part], encodings[part])))
    seconds = time.process_time() - started
    lying = [uprn for uprn, some in properties.items() for _ in some]
    counted = zip(names, lying, strict=False)
    if known is not gazetteer:
        counted = zip(names[len(lying) :], (uprn for _, _, uprn in known), strict=False)
    found: dict[EntityId | None, set[str]] = defaultdict(set)
    for name, uprn in counted:
        found[resolver.entity_of(name)].add(uprn)
    address = [
        _only(found.get(resolver.entity_of(name), set())) for name in names[len(names) - len(records) :]
    ]
    inside = _buildings(town, held or [some[0] for some in properties.values()], known)
    building = [
        town.building(each) if each else _building(inside, encoding)
        for each, encoding in zip(address, asked, strict=True)
    ]
    return Linked(address, building, seconds)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _building(inside: Mapping[bytes, set[str]], encoding: Encoding) -> str:
    """The building that a unit is linked to: by number, street and postcode, or without the street; by
    number, street and area where no postcode is given."""
    names = ("building", "postcode_building") if "postcode" in encoding.tokens else ("area_building",)
    found = (inside.get(encoding.tokens.get(name, b""), set()) for name in names)
    return next((one for each in found if (one := _only(each))), "")


def _buildings(town: Town, held: Sequence[Encoding], known: Known) -> Mapping[bytes, set[str]]:
    """By token of a building, as the graph links units: the buildings known by it or by a unit of it."""
    inside: dict[bytes, set[str]] = defaultdict(set)
    for encoding, (_, _, uprn) in zip(held, known, strict=True):
        for name in ("building", "postcode_building", "area_building"):
            if token := encoding.tokens.get(name):
                inside[token].add(town.building(uprn))
    return inside
