"""Flats of one number in two named houses: Flat 2, Kings House is no answer to Flat 2, Queens House."""

from __future__ import annotations

from collections.abc import Sequence
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
_PARTS: Final = frozenset(("unit", "number", "name_type"))
_NONE: Final = NearRow(ids=[], sealed=[], entities=[], buildings=[])


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the place that was typed, and records of flats in another house than that."""

    row: ConcernsRow
    elsewhere: NearRow


async def in_the_house_typed(
    services: Services, scope: Scope, lookup: AddressLookup, seeks: Sequence[Seek], stages: Sequence[t.Stage]
) -> Found:
    """The answer without flats of that number in a house of another name: those are offered, never taken.

    An address is one where a record says so and none names the house that was typed, or as good as that.
    """
    row = await concerns_at_address(services.store, scope, seeks=seeks)
    doubtful = [each["id"] for each in row["places"] if stages[each["rank"]] in _BY_PARTS]
    if not doubtful or not lookup.spellings:
        return Found(row, _NONE)
    said = await named_houses(services.store, scope, doubtful)
    contradicting, confirmed = [], set()
    for at, (record, sealed) in enumerate(zip(said["ids"], said["sealed"], strict=True)):
        known = services.look_up.stored_encoding(RecordId(record), sealed)
        if _is_another(lookup, known):
            contradicting.append(at)
        elif known.tokens.keys() >= _PARTS:
            confirmed.add(said["entities"][at])
    others = [at for at in contradicting if said["entities"][at] not in confirmed]
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


def _is_another(lookup: AddressLookup, known: Encoding) -> bool:
    """Whether a record's flat is said to be in a house whose name is not that typed, nor a slip from it."""
    if known.tokens.get("name") in lookup.spellings:
        return False
    return any(each.rule == "house" for each in meant.scorer().explain_encodings(lookup.encoding, known))
