"""Flats of one number in two houses or on two floors: Flat 2, Kings House is not Flat 2, Queens House."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mast_api.ports import Services
from mast_api.schema import meant
from mast_api.schema import types as t
from mast_graph.houses import named_houses
from mast_graph.read import ConcernsRow, NearRow, Scope, Seek, concerns_at_address
from mast_intake.search import AddressLookup
from mast_resolver.records import Encoding, RecordId

_BY_PARTS: Final = (t.Stage.PLACE, t.Stage.POSTCODE_PLACE, t.Stage.STREET_PLACE)
"""Stages at which a flat is found by its parts. A number (UPRN) decides, a line written alike is
the same, and the building is found whatever it is called now."""
_TOLD_BY: Final = {"house": "name_type", "floor": "floor"}
"""Comparisons that tell flats of one number apart, and the token that each needs."""
_NONE: Final = NearRow(ids=[], sealed=[], entities=[], buildings=[])


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the place that was typed, and records of flats that are not that one."""

    row: ConcernsRow
    elsewhere: NearRow


async def flat_as_typed(
    services: Services, scope: Scope, lookup: AddressLookup, seeks: Sequence[Seek], stages: Sequence[t.Stage]
) -> Found:
    """The answer without flats of that number in another house or on another floor: those may be offered.

    An address is one where a record says so and none names the house, or the floor, that was typed.
    """
    row = await concerns_at_address(services.store, scope, seeks=seeks)
    doubtful = [each["id"] for each in row["places"] if stages[each["rank"]] in _BY_PARTS]
    if not doubtful or not (lookup.spellings or "floor" in lookup.encoding.tokens):
        return Found(row, _NONE)
    said = await named_houses(services.store, scope, doubtful)
    known = [
        services.look_up.stored_encoding(RecordId(record), sealed)
        for record, sealed in zip(said["ids"], said["sealed"], strict=True)
    ]
    others = sorted(set(_contradicting(lookup, known, said["entities"])))
    if not others:
        return Found(row, _NONE)
    elsewhere = NearRow(
        ids=[said["ids"][at] for at in others],
        sealed=[said["sealed"][at] for at in others],
        entities=[said["entities"][at] for at in others],
        buildings=[said["buildings"][at] for at in others],
    )
    but = sorted(set(elsewhere["entities"]))
    return Found(await concerns_at_address(services.store, scope, seeks=seeks, but=but), elsewhere)


def _contradicting(
    lookup: AddressLookup, known: Sequence[Encoding], entities: Sequence[str]
) -> Iterator[int]:
    """Which records say that their address is another: no record of it says that it is the one typed."""
    against = [_differing(lookup, each) for each in known]
    for rule, token in _TOLD_BY.items():
        telling = [
            at for at, each in enumerate(known) if token in each.tokens and token in lookup.encoding.tokens
        ]
        confirmed = {entities[at] for at in telling if rule not in against[at]}
        yield from (at for at in telling if rule in against[at] and entities[at] not in confirmed)


def _differing(lookup: AddressLookup, known: Encoding) -> frozenset[str]:
    """Comparisons that speak against a record's flat; a name that is a slip from that typed does not."""
    found = {each.rule for each in meant.scorer().explain_encodings(lookup.encoding, known)}
    if known.tokens.get("name") in lookup.spellings:
        found.discard("house")
    return frozenset(found & _TOLD_BY.keys())
