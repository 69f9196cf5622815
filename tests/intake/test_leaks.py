"""The search for clear values: finds what is planted, and is not fooled by times, words and tokens."""

from __future__ import annotations

import datetime as dt

import pytest

from mast_intake.keys import KeyRing
from mast_intake.leaks import ClearValues, properties_text
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Source
from mast_resolver.records import Batch

ROW = SourceRow(
    "people.csv",
    2,
    "CASE/000417",
    {
        "given_name": "Rosalind",
        "family_name": "Page",
        "date_of_birth": "1983-08-06",
        "date_of_death": "2024-02-29",
        "nhs_number": "9434765919",
        "address": "14 High Street, Calderwick",
        "postcode": "JX1 4AB",
    },
)
VALUES = ClearValues([ROW])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        pytest.param("met ROSALIND there", "given_name", id="a name in capitals"),
        pytest.param("case/000417", "record_id", id="a reference"),
        pytest.param("born 06/08/1983", "date_of_birth", id="a British date"),
        pytest.param("born 19830806", "date_of_birth", id="a date without breaks"),
        pytest.param("died on 29.02.2024", "date_of_death", id="a date of death"),
        pytest.param("no. 943 476 5919", "nhs_number", id="a number with breaks"),
        pytest.param("at 14, high street calderwick.", "address", id="an address with other punctuation"),
        pytest.param("in jx14ab", "postcode", id="a postcode without its space"),
    ],
)
def test_a_planted_value_is_found(text: str, field: str) -> None:
    assert field in VALUES.fields_in(text)


def test_a_value_in_bytes_and_lists_is_found() -> None:
    properties = {"sealed": b"\x00\xffRosalind\x01", "tags": ["x", "JX1 4AB"]}
    assert VALUES.fields_in(properties_text(properties)) == {"given_name", "postcode"}


def test_the_time_of_a_contact_on_a_birthday_is_no_leak_but_another_date_property_is() -> None:
    birthday = dt.datetime(1983, 8, 6, tzinfo=dt.UTC)
    assert not VALUES.fields_in(properties_text({"at": birthday}))
    assert VALUES.fields_in(properties_text({"born": birthday})) == {"date_of_birth"}


def test_a_word_of_prose_is_a_name_only_beside_the_other_name() -> None:
    assert not VALUES.fields_in("Page cache warmed", prose=True)
    assert VALUES.fields_in("Rosalind Page", prose=True) == {"given_name", "family_name"}


def test_nothing_that_leaves_intake_holds_a_value() -> None:
    pseudonymiser = Pseudonymiser(
        KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    source = Source("visits", "fire", "mast-2026", FileFormat.CSV, ())
    batches: list[Batch] = list(pseudonymiser.batches(source, [ROW]))
    assert not VALUES.fields_in(repr(batches))


def test_a_stay_from_birth_on_does_not_say_the_date_of_birth() -> None:
    born = dt.datetime(1983, 8, 5, 23, tzinfo=dt.UTC)  # midnight of 6 August in London
    row = SourceRow("people.csv", 2, "CASE/000417", ROW.text, {"valid_from": born})
    pseudonymiser = Pseudonymiser(
        KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    source = Source("tenancies", "housing", "mast-2026", FileFormat.CSV, ())
    (batch,) = pseudonymiser.batches(source, [row])
    (stay,) = batch.residences
    assert stay.inferred
    assert stay.valid_from == dt.datetime(1983, 7, 31, 23, tzinfo=dt.UTC)
