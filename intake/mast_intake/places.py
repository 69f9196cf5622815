"""A parsed address to an encoding and to the tokens by which it is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mast_intake.address import ParsedAddress
from mast_intake.address.kinds import MATCHED_AS_WRITTEN, PlaceKind
from mast_intake.address.plain import slips
from mast_intake.address.street_words import name_core, street_core
from mast_intake.encode import BETWEEN, Encoder
from mast_intake.hardening import NOTHING, Within
from mast_intake.persons import SALTS, place_fields
from mast_resolver.blocking import rules
from mast_resolver.records import (
    ADDRESS_BLOOMS,
    ADDRESS_LETTERED,
    ADDRESS_NEAR,
    ADDRESS_TOKENS,
    ADDRESS_WHOLE,
    BlockingKey,
    Encoding,
    Kind,
    Token,
)

LOOKUP_STAGES: Final = (
    "uprn",
    "place",
    "postcode_place",
    "street_place",
    "building",
    "postcode_building",
    "street_building",
    "written",
)
"""Tokens stored beside an address record for exact look-up, the surest first."""


_COUNTABLE: Final = ("number", "unit")
"""Tokens with few values, which can be told by how often each is there: hardening keys them within others."""
_SIDES: Final = frozenset(
    f"{half}{side}"
    for half in ("", "north", "south")
    for side in ("north", "south", "east", "west", "upper", "lower")
)
"""Words that tell two streets of one name apart: High Street North is not High Street South."""
_BY_NAME: Final = (PlaceKind.BOAT, PlaceKind.CARAVAN)
"""Told apart on one mooring or pitch by a name of their own, in which the kind is most of the letters."""
_SURE_FLOORS: Final = frozenset(("b", "main"))
_FIRST_FLOORS: Final = {"0": "1", "main": "1"}
_START: Final = 3
_NAME_START: Final = 4
"""Letters of a street or a name that are looked for: a slip leaves its start or its end as it was."""


def address_fields(place: ParsedAddress, uprn: str, parent: str = "") -> dict[str, str]:
    """Every canonical value of which there is a token or a blocking key; empty where it is not known.

    Example:
        >>> from mast_intake.address import parse
        >>> fields = address_fields(parse("Rose Cottage, Mill Ln", "WS11AA"), "")
        >>> fields["street_type"], fields["name_core"], fields["sector"]
        ('lane', 'rose', 'WS11')
    """
    street, street_type = street_core(place.street, place.country)
    name, name_type = name_core(place.name, place.country)
    code = place.full_postcode
    fields = {
        **place_fields(place),
        "unit": place.unit,
        "floor": _storey(place),
        "number": place.number,
        # A number or a letter in a name ("Block B") is no more fuzzy than that of a house.
        "name": place.name.replace(" ", ""),
        "name_core": "" if _is_exact(place.name) or place.kind in _BY_NAME else name,
        "name_type": name_type,
        "street": place.street.replace(" ", ""),
        "street_core": street,
        "area": " ".join(sorted(place.area.split())),
        "street_type": street_type,
        "postcode": _street_of_postcode(place),
        "sector": code[:-2] if place.country == "GB" else code,
        "outward": place.outward,
        "side": " ".join(sorted(_SIDES.intersection(place.street.split()))),
        "communal": "communal" if _is_communal(place) else "",
        "uprn": uprn,
        "parent_uprn": parent,
        "written": place.written,
        "unparsed": place.written if place.kind in MATCHED_AS_WRITTEN else "",
    }
    premise = place.premise.replace(" ", "")
    if street and premise:
        if fields["area"]:
            fields["area_building"] = BETWEEN.join((premise, fields["street"], fields["area"]))
        if place.locality and place.town:
            locality = " ".join(sorted(place.locality.split()))
            fields["local_building"] = BETWEEN.join((premise, fields["street"], locality))
        fields["street_start"] = BETWEEN.join((street[:_START], premise, place.unit))
        fields["street_end"] = BETWEEN.join((street[-_START:], premise, place.unit))
        if place.unit:
            fields["building_start"] = BETWEEN.join((street[:_START], premise, ""))
            fields["building_end"] = BETWEEN.join((street[-_START:], premise, ""))
    if name:
        start = name[:_NAME_START]
        if code:
            # In one postcode there are few blocks that have a flat of that number, however they are written.
            fields["house_postcode"] = BETWEEN.join(("" if place.unit else start, code, place.unit))
        if street:
            fields["house_street"] = BETWEEN.join((start, street, place.unit))
    return fields


def _is_exact(text: str) -> bool:
    """Whether a number or a lone letter is in a street or a name: a sign more or less is another one.

    Example:
        >>> _is_exact("county road 12"), _is_exact("a street"), _is_exact("mill lane")
        (True, True, False)
    """
    return any(len(word) == 1 or not word.isalpha() for word in text.split())


def _storey(place: ParsedAddress) -> str:
    """The floor of a flat that is known by more than its floor, where it is surely that one and no other.

    The top may be the second. In the US the ground floor is the first.

    Example:
        >>> from mast_intake.address import parse
        >>> [_storey(parse(f"Flat 2, {floor}, 14 High St", "")) for floor in ("1/F", "Top Floor", "2nd fl")]
        ['1', '', '2']
    """
    if not place.floor or place.unit.startswith("fl"):
        return ""
    sure = [word for word in place.floor.split() if word.isdigit() or word in _SURE_FLOORS]
    if len(sure) != 1:
        return ""
    return _FIRST_FLOORS.get(sure[0], sure[0]) if place.country == "US" else sure[0]


def _street_of_postcode(place: ParsedAddress) -> str:
    """What stands for a street: a UK postcode. A ZIP code is of many: it counts beside its street only.

    Example:
        >>> from mast_intake.address import parse
        >>> _street_of_postcode(parse("14 High St", "WS11AA"))
        'WS11AA'
        >>> _street_of_postcode(parse("12 A St", "98101", "US")).split(BETWEEN)
        ['98101', 'astreet']
    """
    code = place.full_postcode
    if place.country == "GB" or not code:
        return code
    if place.street:
        return BETWEEN.join((code, place.street.replace(" ", "")))
    return "" if place.number else code


def _is_communal(place: ParsedAddress) -> bool:
    """Whether many merely share the address: a flat of sheltered housing is a home of its own."""
    return place.kind in (PlaceKind.COMMUNAL, PlaceKind.REFUGE) and (not place.unit or place.unit[0] == "r")


class PlaceEncoder:
    """Encodes addresses by the declared fields and blocking rules.

    ``within`` hardens Bloom fields and parts (:mod:`mast_intake.hardening`); nothing is hardened as it ships.

    Example:
        >>> from mast_intake.address import parse
        >>> from mast_intake.keys import KeyRing
        >>> encoder = PlaceEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
        >>> encoding = encoder.encode(parse("Flat 2, 14 High St", "WS11AA"), uprn="")
        >>> sorted(key.rule for key in encoding.keys)
        ['place', 'postcode_place', 'street_end', 'street_place', 'street_start']
        >>> list(encoder.lookup(encoding))[:4]
        ['place', 'postcode_place', 'street_place', 'building']
    """

    def __init__(self, encoder: Encoder, *, within: Within = NOTHING) -> None:
        self._within = {name: within[name] for name in (*_COUNTABLE, *ADDRESS_BLOOMS) if name in within}
        self._tokens = [(name, encoder.token_of(SALTS.get(name, name))) for name in sorted(ADDRESS_TOKENS)]
        self._blooms = [(name, encoder.bloom_of(name)) for name in sorted(ADDRESS_BLOOMS)]
        self._name_token = encoder.token_of("name")
        self._rules = [(rule, encoder.token_of(f"key:{rule.name}")) for rule in rules(Kind.ADDRESS)]

    def encode(self, place: ParsedAddress, *, uprn: str, parent: str = "", source: str = "") -> Encoding:
        """Tokens, Bloom fields and keys of what is known; nothing for what is missing.

        ``source`` is who gives the number; it is kept with one only, for whether a number counts hangs on
        who gave it to what. ``parent`` is the number of the property that this one is a part of.
        """
        fields = address_fields(place, uprn, parent)
        fuzzy = {
            # Nor is a number or a letter in a street: "County Road 12", "A Street".
            "street": "" if _is_exact(place.street) else fields["street_core"],
            "name": fields["name_core"],
            "area": fields["area"],
            "postcode": place.full_postcode,
            "address": " ".join(filter(None, (place.name, place.street, place.locality, place.town))),
        }
        groups = self._groups(fields, place.premise)
        fields |= {
            name: f"{fields[name]}{BETWEEN}{groups[name]}"
            for name in _COUNTABLE
            if name in groups and fields[name]
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
        return Encoding(Kind.ADDRESS, tokens, blooms, tuple(keys), source if uprn else "")

    def _groups(self, fields: Mapping[str, str], premise: str) -> dict[str, str]:
        known = {**fields, "premise": premise}
        return {name: BETWEEN.join(known[each] for each in around) for name, around in self._within.items()}

    def stored(self, encoding: Encoding) -> dict[str, str]:
        """All that is stored beside a record to find it by, and of a flat its building."""
        beside = _hex(
            encoding, (*ADDRESS_WHOLE, "area_building", "local_building", "parent_uprn", "communal")
        )
        return self.lookup(encoding) | self.near(encoding) | beside

    def spellings(self, place: ParsedAddress) -> frozenset[Token]:
        """Of a flat whose house has a number and a name: tokens of that, and of all names a slip from it.

        Of other places none. Bloom fields tell "Kigns" from "Kings" no better than Beech from Birch.
        """
        if not place.unit or not place.number or not name_core(place.name, place.country)[1]:
            return frozenset()
        name = place.name.replace(" ", "")
        return frozenset(map(self._name_token, {name} if _is_exact(place.name) else {name, *slips(name)}))

    @staticmethod
    def near(encoding: Encoding) -> dict[str, str]:
        """Keys, in hexadecimal, that addresses share of which one may be meant by the other."""
        return {key.rule: key.token.hex() for key in encoding.keys if key.rule in ADDRESS_NEAR}

    @classmethod
    def lettered(cls, other: Encoding) -> dict[str, str]:
        """Tokens, in hexadecimal, by which is found what a place with a letter may be known as."""
        tokens = cls.near(other) | _hex(other, ("postcode_place",))
        called = zip(ADDRESS_LETTERED, ("street_start", "street_end", "postcode_place"), strict=True)
        return {name: tokens[token] for name, token in called if token in tokens}

    @classmethod
    def whole(cls, encoding: Encoding) -> dict[str, str]:
        """Tokens by which the units of a building are found; of a unit those by which its building is.

        And by which a place of the same postcode is, whatever its street.
        """
        tokens = {name: token.hex() for name, token in encoding.tokens.items()}
        if "unit" in tokens:
            found = {"whole_start": tokens.get("building_start"), "whole_end": tokens.get("building_end")}
            found["whole_postcode"] = tokens.get("postcode_building")
        else:
            near = cls.near(encoding)
            found = {"building_start": near.get("street_start"), "building_end": near.get("street_end")}
            found["postcode_building"] = tokens.get("postcode_place")
        found["postcode_place"] = tokens.get("postcode_place")
        return {name: token for name, token in found.items() if token}

    @staticmethod
    def lookup(encoding: Encoding) -> dict[str, str]:
        """The tokens for exact look-up, in hexadecimal, the surest first."""
        return _hex(encoding, LOOKUP_STAGES)


def _hex(encoding: Encoding, names: Iterable[str]) -> dict[str, str]:
    return {name: encoding.tokens[name].hex() for name in names if name in encoding.tokens}
