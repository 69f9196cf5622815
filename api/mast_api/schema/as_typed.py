"""What a look-up finds and is not what was typed: Flat 2, Kings House is not Flat 2, Queens House."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from mast_api.ports import LookUp, Services
from mast_api.schema import address_types as a
from mast_api.schema import meant
from mast_graph.glass import BehindRow, behind_glass
from mast_graph.houses import named_behind_glass, named_houses
from mast_graph.read import ConcernsRow, NearRow, Scope, Seek, concerns_at_address, near_addresses
from mast_intake.address_lookup import AddressLookup
from mast_resolver.records import Encoding, RecordId

_BY_PARTS: Final = (a.Stage.PLACE, a.Stage.POSTCODE_PLACE, a.Stage.STREET_PLACE, a.Stage.BUILDING)
"""Stages at which a place is found by its parts: by a number (UPRN) or as written it is surely that one."""
_TOLD_BY: Final = {
    "house": frozenset(("unit", "number", "name_type")),
    "floor": frozenset(("floor",)),
    "outward": frozenset(("outward",)),
}
"""What tells places apart that the look-up finds alike, and the tokens that each needs to do so."""


Row = TypeVar("Row", ConcernsRow, BehindRow)
Ask = Callable[[Sequence[str]], Awaitable[Row]]
"""What is known of the place that was sought, if it is none of these addresses."""

Name = Callable[[Sequence[str]], Awaitable[NearRow]]
"""Records of these addresses."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """What is known of the place that was typed, and records of those that are not that one."""

    row: Row
    elsewhere: NearRow


async def as_typed(
    services: Services, scope: Scope, lookup: AddressLookup, seeks: Sequence[Seek], stages: Sequence[a.Stage]
) -> Found[ConcernsRow]:
    """The answer without flats of that number in another house or on another floor: those may be offered.

    So may houses whose postcode does not begin with the half of one that was typed, or is not known.
    """
    return await _as_typed(
        services.look_up,
        lookup,
        stages,
        ask=lambda but: concerns_at_address(services.store, scope, seeks=seeks, but=but),
        name=lambda ids: named_houses(services.store, scope, ids),
    )


async def as_typed_behind_glass(
    services: Services, scope: Scope, lookup: AddressLookup, seeks: Sequence[Seek], stages: Sequence[a.Stage]
) -> Found[BehindRow]:
    """The same for who broke a glass, shielded or not; a house whose postcode is not known may be the one."""
    return await _as_typed(
        services.look_up,
        lookup,
        stages,
        unknown_too=True,
        ask=lambda but: behind_glass(services.store, scope, seeks=seeks, but=but),
        name=lambda ids: named_behind_glass(services.store, scope, ids),
    )


async def _as_typed(
    look_up: LookUp,
    lookup: AddressLookup,
    stages: Sequence[a.Stage],
    *,
    ask: Ask[Row],
    name: Name,
    unknown_too: bool = False,
) -> Found[Row]:
    """An address is another where a record of it says so and none says what was typed."""
    elsewhere = NearRow(ids=[], sealed=[], entities=[], buildings=[])
    told = bool(lookup.spellings or lookup.by_half or "floor" in lookup.encoding.tokens)
    while True:
        row = await ask(sorted(set(elsewhere["entities"])))
        doubtful = [each["id"] for each in row["places"] if stages[each["rank"]] in _BY_PARTS]
        # Of more than are listed nothing is told. Each time round some are left out, until none is in doubt.
        if not told or not doubtful or row["place_count"] > len(row["places"]):
            return Found(row, elsewhere)
        said = await name(doubtful)
        known = [
            look_up.stored_encoding(RecordId(record), sealed)
            for record, sealed in zip(said["ids"], said["sealed"], strict=True)
        ]
        others = sorted(set(_contradicting(lookup, known, said["entities"], unknown_too=unknown_too)))
        if not others:
            return Found(row, elsewhere)
        for at in others:
            elsewhere["ids"].append(said["ids"][at])
            elsewhere["sealed"].append(said["sealed"][at])
            elsewhere["entities"].append(said["entities"][at])
            elsewhere["buildings"].append(said["buildings"][at])


async def meant_by(
    services: Services, scope: Scope, lookup: AddressLookup, found: Found[ConcernsRow]
) -> meant.Offer:
    """What may have been meant where nothing is known: while records wait, only what was left out above.

    It is known and was not taken; whatever else is like it may yet be what was typed, once it is resolved.
    """
    if found.row["place_count"] or not lookup.near:
        return meant.NOTHING
    rows = [
        await near_addresses(services.store, scope, each.near)
        for each in lookup.versions
        if not found.row["unresolved"]
    ]
    asked = [each.encoding for each in lookup.versions]
    lettered = [each.lettered for each in lookup.versions if each.lettered]
    return meant.offered(
        asked, rows, services.look_up.stored_encoding, elsewhere=found.elsewhere, lettered=lettered
    )


def _contradicting(
    lookup: AddressLookup, known: Sequence[Encoding], entities: Sequence[str], *, unknown_too: bool
) -> Iterator[int]:
    """Which records say that their address is another: no record of it says that it is the one typed."""
    against = [_differing(lookup, each) for each in known]
    if unknown_too:
        against = [
            found if "outward" in each.tokens else found - {"outward"}
            for found, each in zip(against, known, strict=True)
        ]
    for rule, needed in _TOLD_BY.items():
        confirmed = {
            entities[at]
            for at, each in enumerate(known)
            if rule not in against[at]
            and (
                needed <= each.tokens.keys() & lookup.encoding.tokens.keys() or _so_called(lookup, rule, each)
            )
        }
        yield from (
            at for at, entity in enumerate(entities) if rule in against[at] and entity not in confirmed
        )


def _so_called(lookup: AddressLookup, rule: str, known: Encoding) -> bool:
    """Whether a record names the house that was typed, be its flat and number known or not."""
    return rule == "house" and any(known.tokens.get("name") in each.spellings for each in lookup.versions)


def _differing(lookup: AddressLookup, known: Encoding) -> frozenset[str]:
    """What speaks against a record's place under each key version: under another than its own all does."""
    return frozenset.intersection(*(_differing_under(each, known) for each in lookup.versions))


def _differing_under(version: AddressLookup, known: Encoding) -> frozenset[str]:
    """The same under one of them; a name that is a slip from that typed does not."""
    found = {each.rule for each in meant.scorer().explain_encodings(version.encoding, known)}
    if known.tokens.get("name") in version.spellings:
        found.discard("house")
    if version.by_half and known.tokens.get("outward") != version.encoding.tokens["outward"]:
        found.add("outward")
    return frozenset(found & _TOLD_BY.keys())
