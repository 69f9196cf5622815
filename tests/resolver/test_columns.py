"""Columns of encodings: what is put is there, what is dropped is missing, and memory stays lean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mast_resolver.columns import Columns
from mast_resolver.records import BLOOM_BYTES, Encoding, Kind, Token

Person = Callable[..., Encoding]


def test_a_token_comes_back_as_its_number(person: Person) -> None:
    columns = Columns(Kind.PERSON)
    encoding = person("ann", "smith")
    columns.put(2, encoding)
    stored = int(columns.tokens[2, columns.token_at["family_name"]])
    assert stored.to_bytes(8, "big") == encoding.tokens["family_name"]


def test_a_bloom_field_comes_back_bit_by_bit(person: Person) -> None:
    columns = Columns(Kind.PERSON)
    encoding = person("ann", "smith")
    columns.put(0, encoding)
    at = columns.bloom_at["given_name"]
    assert columns.blooms[0, at].tobytes() == encoding.blooms["given_name"]
    assert columns.ones[0, at] == sum(byte.bit_count() for byte in encoding.blooms["given_name"])


def test_growing_keeps_the_rows_there_are(person: Person) -> None:
    columns = Columns(Kind.PERSON)
    columns.put(0, person("ann", "smith"))
    before = columns.tokens[0].copy()
    columns.put(5_000, person("bob", "jones"))
    assert np.array_equal(columns.tokens[0], before)


def test_putting_again_forgets_fields_that_are_gone(person: Person) -> None:
    columns = Columns(Kind.PERSON)
    columns.put(0, person("ann", "smith", sex="female"))
    columns.put(0, person("ann"))
    fresh = Columns(Kind.PERSON)
    fresh.put(0, person("ann"))
    assert np.array_equal(columns.tokens[0], fresh.tokens[0])
    assert np.array_equal(columns.blooms[0], fresh.blooms[0])
    assert np.array_equal(columns.ones[0], fresh.ones[0])


def test_a_dropped_row_is_missing_in_every_field(person: Person) -> None:
    columns = Columns(Kind.PERSON)
    columns.put(0, person("ann", "smith"))
    columns.drop(0)
    assert not columns.tokens[0].any()
    assert not columns.blooms[0].any()
    assert not columns.ones[0].any()


def test_a_field_that_is_not_declared_is_passed_over() -> None:
    columns = Columns(Kind.PERSON)
    columns.put(0, Encoding(Kind.PERSON, {"shoe_size": Token(b"12345678")}, {"shoe": bytes(BLOOM_BYTES)}, ()))
    assert not columns.tokens.any()


def test_the_other_kind_is_refused(place: Callable[..., Encoding]) -> None:
    with pytest.raises(ValueError, match="address encoding among columns of kind person"):
        Columns(Kind.PERSON).put(0, place("14 High Street", "WS1 1AA"))


def test_a_person_takes_less_than_a_thousand_bytes() -> None:
    columns = Columns(Kind.PERSON, rows=1000)
    assert columns.tokens.nbytes + columns.blooms.nbytes + columns.ones.nbytes < 1000 * 1000
