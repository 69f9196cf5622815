"""Tokens and Bloom fields: published vectors, and what they must never show."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.encode import BLOOM_HASHES, Encoder, bigrams, digit_grams
from mast_intake.keys import KeyRing
from mast_resolver.records import BLOOM_BYTES, TOKEN_BYTES

ENCODER = Encoder(KeyRing({1: bytes(range(32))}, current=1))
OTHER = Encoder(KeyRing({1: bytes(32)}, current=1))


def by_the_book(salt: str, grams: list[str], within: str = "") -> bytes:
    """The Bloom encoding written out as the documentation describes it."""
    info = f"mast:bloom:{salt}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=b"mast-tracker", info=info).derive(bytes(range(32)))
    bits = [False] * 1024
    for gram in grams:
        said = f"{within}\x1f{gram}" if within else gram
        digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
        for at in range(0, 8 if salt == "address" else 32, 2):
            bits[(256 * digest[at] + digest[at + 1]) % 1024] = True
    return bytes(sum(bits[8 * at + bit] << bit for bit in range(8)) for at in range(128))


@pytest.mark.parametrize(
    ("salt", "value", "grams"),
    [
        pytest.param("given_name", "ann", ["^a", "an", "nn", "$n"], id="name"),
        pytest.param(
            "date_of_birth", "1983", ["01^", "119", "289", "338", "4$3"], id="digits with their places"
        ),
        pytest.param("address", "a b", ["^a", "$a", "^b", "$b"], id="words"),
    ],
)
def test_a_bloom_field_is_what_the_book_says(salt: str, value: str, grams: list[str]) -> None:
    assert ENCODER.bloom(salt, value) == by_the_book(salt, grams)
    assert ENCODER.bloom(salt, value, "SM0") == by_the_book(salt, grams, "SM0")


@pytest.mark.parametrize(
    ("salt", "value", "token"),
    [
        ("given_name", "ann", "a93e06b6b4a972a3"),
        ("date_of_birth", "19830806", "d9355966000fc4e2"),
        ("place", "14\x1fhigh street\x1fWS11AA\x1f2", "1d14c53dd6ddb67d"),
    ],
)
def test_published_token_vectors(salt: str, value: str, token: str) -> None:
    assert ENCODER.token(salt, value).hex() == token


@pytest.mark.parametrize(
    ("within", "digest"),
    [
        pytest.param(
            "", "8e31ddbd9df8196aac7cb4c109cee26bdabbed70ee358cb496c93f429dedb105", id="as it ships"
        ),
        pytest.param(
            "SM0",
            "b52518f19168bde374d6648842f452f103063163b1ddee6c8a5b07bc847938ec",
            id="hardened: within the sound of a family name",
        ),
    ],
)
def test_published_bloom_vectors(within: str, digest: str) -> None:
    assert hashlib.sha256(ENCODER.bloom("given_name", "catherine", within)).hexdigest() == digest


@given(st.text("abcdefghij", min_size=2, max_size=12), st.text(max_size=4), st.text(max_size=4))
def test_fields_of_two_groups_have_no_more_in_common_than_those_of_two_names(
    value: str, left: str, right: str
) -> None:
    fields = [int.from_bytes(ENCODER.bloom("given_name", value, group), "big") for group in (left, right)]
    if left == right:
        assert fields[0] == fields[1]
    else:
        # A name of twelve fills a fifth of its field, so two of them share about a fifth by chance.
        assert 2 * (fields[0] & fields[1]).bit_count() < 0.45 * sum(each.bit_count() for each in fields)


@given(st.text(min_size=1, max_size=40))
def test_a_token_never_contains_its_input(value: str) -> None:
    token = ENCODER.token("family_name", value)
    assert len(token) == TOKEN_BYTES
    # One or two bytes may be equal by chance; three in a row would be a leak.
    assert len(value.encode()) < 3 or value.encode() not in bytes(token)


@given(st.text(min_size=3, max_size=40))
def test_a_bloom_field_never_contains_its_input(value: str) -> None:
    field = ENCODER.bloom("family_name", value)
    assert len(field) == BLOOM_BYTES
    assert value.encode() not in field


@given(st.text(min_size=1, max_size=30))
def test_another_key_gives_other_tokens_and_fields(value: str) -> None:
    assert ENCODER.token("family_name", value) != OTHER.token("family_name", value)
    if value.split():
        assert ENCODER.bloom("family_name", value) != OTHER.bloom("family_name", value)


def test_another_salt_gives_another_token() -> None:
    assert ENCODER.token("given_name", "ann") != ENCODER.token("middle_name", "ann")


def test_each_gram_sets_as_many_bits_as_there_are_hashes_but_for_those_that_meet() -> None:
    for sign in "abcdefghij0123456789":
        field = ENCODER.bloom("given_name", sign)
        assert 2 * BLOOM_HASHES - 5 <= sum(byte.bit_count() for byte in field) <= 2 * BLOOM_HASHES


@given(st.lists(st.text("abcdef", min_size=1, max_size=6), min_size=1, max_size=6))
def test_the_order_of_words_never_changes_an_address_field(words: list[str]) -> None:
    left, right = " ".join(words), " ".join(reversed(words))
    assert ENCODER.bloom("address", left) == ENCODER.bloom("address", right)


def test_one_wrong_letter_stays_similar_and_another_name_does_not() -> None:
    def dice(left: str, right: str) -> float:
        fields = [int.from_bytes(ENCODER.bloom("family_name", name), "big") for name in (left, right)]
        return 2 * (fields[0] & fields[1]).bit_count() / sum(field.bit_count() for field in fields)

    assert dice("johnson", "jonson") > 0.7
    assert dice("johnson", "patel") < 0.3


def test_grams_are_padded_pairs_and_placed_digits() -> None:
    assert bigrams("li") == ("^l", "il", "$i")
    assert digit_grams("07") == ("00^", "107", "2$7")


@pytest.mark.parametrize(
    ("left", "right"),
    [("leon", "noel"), ("nora", "aron"), ("len", "nell"), ("robert", "trevor"), ("kim", "mick")],
)
def test_a_name_is_not_like_the_one_that_it_is_backwards(left: str, right: str) -> None:
    ours, theirs = set(bigrams(left)), set(bigrams(right))
    assert 2 * len(ours & theirs) / (len(ours) + len(theirs)) < 0.65, "they would be similar names"


def test_the_encoder_shows_no_key() -> None:
    assert repr(ENCODER) == "Encoder(KeyRing(current=1, versions=[1]))"
