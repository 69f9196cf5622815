"""Wrapping: what is alike stays just as alike, and a new value comes out as a stored one that was wrapped."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_intake.encode import Encoder
from mast_intake.gazetteer.areas import Areas
from mast_intake.keys import KeyRing
from mast_intake.names import read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import AddressQuery
from mast_intake.wrapping import Wrap, wrapped, wrapped_frequencies
from mast_resolver.errors import KeyVersionError
from mast_resolver.frequencies import TermFrequencies
from mast_resolver.records import BLOOM_BYTES, Life, Token

KEYS = {version: bytes([version]) * 32 for version in (1, 2, 3, 4)}
ONE, TWO, THREE = (KeyRing({each: KEYS[each] for each in range(1, n + 1)}, current=n) for n in (1, 2, 3))
BLOOMS = st.binary(min_size=BLOOM_BYTES, max_size=BLOOM_BYTES)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


def bits(bloom: bytes) -> int:
    return int.from_bytes(bloom, "little")


@given(BLOOMS, BLOOMS)
def test_two_bloom_fields_have_as_much_in_common_as_before(left: bytes, right: bytes) -> None:
    wrap = Wrap(KEYS[1], KEYS[2])
    one, two = bits(wrap.bloom(left)), bits(wrap.bloom(right))
    assert (one & two).bit_count() == (bits(left) & bits(right)).bit_count()
    assert (one | two).bit_count() == (bits(left) | bits(right)).bit_count()


def test_the_places_of_bits_are_exchanged_and_hardly_any_stays() -> None:
    wrap = Wrap(KEYS[1], KEYS[2])
    assert sorted(wrap.places) == list(range(BLOOM_BYTES * 8))
    assert sum(place == at for at, place in enumerate(wrap.places)) < 10
    assert wrap.places != Wrap(KEYS[1], KEYS[3]).places
    assert wrap.places == Wrap(KEYS[3], KEYS[2]).places


@given(WORDS, WORDS, st.dates(min_value=dt.date(1900, 1, 1)))
def test_a_new_row_is_what_a_stored_one_is_wrapped_to(given: str, family: str, birth: dt.date) -> None:
    life = Life(died=24_299)  # no key is in it: it stays
    who = PersonText(read_name(given, "", family), birth=birth.isoformat(), sex="female")
    old, middle, new = (
        PersonEncoder(Encoder(ring)).encode(who, source="fire", life=life) for ring in (ONE, TWO, THREE)
    )
    assert wrapped(old, TWO.wraps()).pack() == middle.pack()
    assert wrapped(old, THREE.wraps()).pack() == new.pack()
    assert wrapped(middle, THREE.wraps(2)).pack() == new.pack()
    assert not set(old.tokens.values()) & set(new.tokens.values())


def test_ids_stay_and_look_up_tokens_of_the_version_before_are_asked_for_too() -> None:
    def clock() -> dt.datetime:
        return dt.datetime(2026, 11, 1, tzinfo=dt.UTC)

    old, new = Pseudonymiser(ONE, clock), Pseudonymiser(TWO, clock)
    assert old.record_id("fire", "17") == new.record_id("fire", "17")
    asked = AddressQuery("14 High Street, Walsall WS1 1AA")
    now, before = new.address_query(asked).versions
    assert before.tokens == old.address_query(asked).tokens
    assert not set(now.tokens.values()) & set(before.tokens.values())
    assert old.address_query(asked).versions == (old.address_query(asked),)


def test_frequencies_count_the_same_values() -> None:
    token = Encoder(ONE).token("family_name", "ames")
    old = TermFrequencies("m1", {"family_name": {token: 7}}, {"family_name": 9})
    new = wrapped_frequencies(old, TWO.wraps())
    assert new.counts == {"family_name": {Encoder(TWO).token("family_name", "ames"): 7}}
    assert (new.version, new.totals) == (old.version, old.totals)


def test_a_look_up_of_areas_is_read_under_a_newer_version(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("areas") / "areas.sealed"
    rows = {"WS11AA": ("E01010101", "E05001234"), "WS12BB": ("E01010102", "")}
    Areas.made(rows.items(), ONE).write(path, ONE)
    found = Areas.read(path, TWO)
    assert found is not None
    codes = found.of_token(Encoder(TWO).token("postcode", "WS11AA"))
    assert codes == {
        "lsoa": "E01010101",
        "ward": "E05001234",
    }
    assert found.of_token(Encoder(TWO).token("postcode", "WS12BB")) == {"lsoa": "E01010102"}
    assert found.of_token(Encoder(ONE).token("postcode", "WS11AA")) == {}


def test_nothing_is_unwrapped() -> None:
    with pytest.raises(KeyVersionError):
        TWO.at(1).wraps(2)
    with pytest.raises(KeyVersionError):
        ONE.wraps(2)


def test_a_token_goes_through_every_version_in_its_order() -> None:
    token = Token(b"12345678")
    first, second = THREE.wraps()
    assert second.token(first.token(token)) != first.token(second.token(token))
