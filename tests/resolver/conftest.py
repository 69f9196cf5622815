"""Encodings of invented people and places, made by the real encoder under a key of zeros."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.names import read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.places import PlaceEncoder
from mast_resolver.records import Encoding

Person = Callable[..., Encoding]
Place = Callable[..., Encoding]


@pytest.fixture(scope="session")
def person() -> Person:
    """Encode a person from canonical fields: ``person("ann", "smith", birth="1983-08-06")``."""
    encoder = PersonEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))

    def encode(
        given: str = "",
        family: str = "",
        *,
        middle: str = "",
        address: str = "",
        postcode: str = "",
        **rest: str,
    ) -> Encoding:
        home = parse(address, postcode) if address or postcode else None
        return encoder.encode(PersonText(name=read_name(given, middle, family), home=home, **rest))

    return encode


@pytest.fixture(scope="session")
def place() -> Place:
    """Encode an address as typed: ``place("Flat 2, 14 High Street, Walsall", "WS1 1AA")``."""
    encoder = PlaceEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))

    def encode(line: str, postcode: str = "", *, uprn: str = "") -> Encoding:
        return encoder.encode(parse(line, postcode), uprn=uprn)

    return encode
