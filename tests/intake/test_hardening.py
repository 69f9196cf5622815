"""Hardened encodings: what still compares, what no longer does, and that nothing else is touched."""

from __future__ import annotations

import pytest

from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.hardening import WITHIN
from mast_intake.keys import KeyRing
from mast_intake.names import read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.places import PlaceEncoder
from mast_resolver.records import ADDRESS_BLOOMS, ADDRESS_TOKENS, PERSON_BLOOMS, Encoding

ENCODER = Encoder(KeyRing({1: bytes(range(32))}, current=1))
PLAIN, HARDENED = PersonEncoder(ENCODER), PersonEncoder(ENCODER, within=WITHIN)


def person(given: str, family: str, *, postcode: str = "WS11AA", birth: str = "1983-08-06") -> PersonText:
    return PersonText(
        read_name(given, "", family),
        birth=birth,
        national_id="AB123456C",
        home=parse("Flat 2, 14 High St", postcode),
    )


def likeness(left: Encoding, right: Encoding, name: str) -> float:
    bits = [int.from_bytes(each.blooms[name], "big") for each in (left, right)]
    return 2 * (bits[0] & bits[1]).bit_count() / sum(each.bit_count() for each in bits)


@pytest.mark.parametrize(
    ("field", "other"),
    [
        pytest.param("given_name", person("catherine", "smyth"), id="family names sound alike"),
        pytest.param("family_name", person("katherine", "smith"), id="given names sound alike"),
        pytest.param("date_of_birth", person("katherine", "smyth"), id="both names sound alike"),
        pytest.param("postcode", person("ann", "jones", postcode="WS11AB"), id="one outward code"),
        pytest.param("address", person("ann", "jones"), id="one postcode"),
    ],
)
def test_fields_of_one_group_are_as_alike_as_ever(field: str, other: PersonText) -> None:
    mine = person("catherine", "smith")
    assert likeness(HARDENED.encode(mine), HARDENED.encode(other), field) == pytest.approx(
        likeness(PLAIN.encode(mine), PLAIN.encode(other), field), abs=0.06
    )


@pytest.mark.parametrize(
    ("field", "other"),
    [
        pytest.param("given_name", person("catherine", "patel"), id="another family name"),
        pytest.param("family_name", person("ann", "smith"), id="another given name"),
        pytest.param("date_of_birth", person("catherine", "patel"), id="another name"),
        pytest.param("address", person("catherine", "smith", postcode=""), id="no postcode: the price"),
    ],
)
def test_fields_of_two_groups_have_nothing_in_common(field: str, other: PersonText) -> None:
    mine = person("catherine", "smith")
    assert likeness(PLAIN.encode(mine), PLAIN.encode(other), field) > 0.9
    assert likeness(HARDENED.encode(mine), HARDENED.encode(other), field) < 0.4


def test_tokens_and_keys_of_people_stay_as_they_are() -> None:
    plain, hardened = (each.encode(person("catherine", "smith")) for each in (PLAIN, HARDENED))
    assert (plain.tokens, plain.keys) == (hardened.tokens, hardened.keys)
    changed = {name for name in plain.blooms if plain.blooms[name] != hardened.blooms[name]}
    assert changed == WITHIN.keys() & set(PERSON_BLOOMS)


def test_of_an_address_only_number_unit_and_line_are_hardened() -> None:
    plain, hardened = PlaceEncoder(ENCODER), PlaceEncoder(ENCODER, within=WITHIN)
    with_code, without = parse("Flat 2, 14 High St", "WS11AA"), parse("Flat 2, 14 High St", "")
    before, after = plain.encode(with_code, uprn=""), hardened.encode(with_code, uprn="")
    assert {name for name in ADDRESS_TOKENS if before.tokens.get(name) != after.tokens.get(name)} == {
        "number",
        "unit",
    }
    assert [name for name in ADDRESS_BLOOMS if before.blooms.get(name) != after.blooms.get(name)] == [
        "postcode",
        "address",
    ]
    # Why it does not ship: where a postcode is missing, one number is two.
    assert plain.encode(without, uprn="").tokens["number"] == before.tokens["number"]
    assert hardened.encode(without, uprn="").tokens["number"] != after.tokens["number"]
