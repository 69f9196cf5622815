"""A parsed address to an encoding and to the tokens by which it is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_intake.address import ParsedAddress
from mast_intake.encode import BETWEEN, Encoder
from mast_intake.hardening import NOTHING, Within
from mast_intake.persons import SALTS, place_fields
from mast_resolver.blocking import rules
from mast_resolver.records import ADDRESS_BLOOMS, ADDRESS_TOKENS, BlockingKey, Encoding, Kind

LOOKUP_STAGES: Final = (
    "uprn",
    "place",
    "postcode_place",
    "street_place",
    "building",
    "street_building",
    "written",
)
"""Tokens stored beside an address record for exact look-up, the surest first."""


class PlaceEncoder:
    """Encodes addresses by the declared fields and blocking rules.

    ``within`` hardens Bloom fields and parts (:mod:`mast_intake.hardening`); nothing is hardened as it ships.

    Example:
        >>> from mast_intake.address import parse
        >>> from mast_intake.keys import KeyRing
        >>> encoder = PlaceEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
        >>> encoding = encoder.encode(parse("Flat 2, 14 High St", "WS11AA"), uprn="")
        >>> sorted(key.rule for key in encoding.keys)
        ['building', 'place', 'postcode_place', 'street_place']
        >>> sorted(encoder.lookup(encoding))
        ['building', 'place', 'postcode_place', 'street_building', 'street_place', 'written']
    """

    def __init__(self, encoder: Encoder, *, within: Within = NOTHING) -> None:
        self._within = {name: within[name] for name in ("number", "unit", *ADDRESS_BLOOMS) if name in within}
        self._tokens = [(name, encoder.token_of(SALTS.get(name, name))) for name in sorted(ADDRESS_TOKENS)]
        self._blooms = [(name, encoder.bloom_of(name)) for name in sorted(ADDRESS_BLOOMS)]
        self._rules = [(rule, encoder.token_of(f"key:{rule.name}")) for rule in rules(Kind.ADDRESS)]

    def encode(self, place: ParsedAddress, *, uprn: str) -> Encoding:
        """Tokens, Bloom fields and keys of what is known; nothing for what is missing."""
        fields = {
            **place_fields(place),
            "unit": place.unit,
            "number": place.number,
            "street": place.street,
            "town": place.town,
            "postcode": place.full_postcode,
            "outward": place.outward,
            "uprn": uprn,
            "written": place.written,
        }
        fuzzy = {"street": place.street, "address": place.words}
        groups = self._groups(fields, place.premise)
        fields |= {
            name: f"{fields[name]}{BETWEEN}{around}" for name, around in groups.items() if fields.get(name)
        }
        # In the order in which they are packed: sorting what is sorted costs little.
        tokens = {name: token(value) for name, token in self._tokens if (value := fields.get(name))}
        blooms = {
            name: bloom(value, groups.get(name, "")) for name, bloom in self._blooms if (value := fuzzy[name])
        }
        keys = [
            BlockingKey(rule.name, token(value))
            for rule, token in self._rules
            if (value := fields.get(rule.ingredients[0]))
        ]
        return Encoding(Kind.ADDRESS, tokens, blooms, tuple(keys))

    def _groups(self, fields: Mapping[str, str], premise: str) -> dict[str, str]:
        known = {**fields, "premise": premise}
        return {name: BETWEEN.join(known[each] for each in around) for name, around in self._within.items()}

    @staticmethod
    def lookup(encoding: Encoding) -> dict[str, str]:
        """The tokens for exact look-up, in hexadecimal, the surest first."""
        return {stage: encoding.tokens[stage].hex() for stage in LOOKUP_STAGES if stage in encoding.tokens}
