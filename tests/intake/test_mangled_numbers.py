"""Numbers that a spreadsheet made unreadable are nobody's; one that it merely wrote otherwise is the same."""

from __future__ import annotations

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.intake.test_reading import Read, rules

from mast_intake import normalise

PEOPLE = """agency: fire
agreement: a
fields: {record_id: id, given_name: first, family_name: last, phone: tel, nhs_number: nhs, national_id: ni}
"""
HEADER = "id,first,last,tel,nhs,ni\n"
EVENTS = """agency: police
agreement: a
mode: delta
operation: op
fields:
  record_id: [force, id]
  family_name: last
  related_to: mother
  relation: {constant: CHILD}
  contact_id: case
  contact_type: {constant: WELFARE_CHECK}
  contact_at: at
"""
EVENT = "op,force,id,last,mother,case,at\n"
LOST = ["4.47701E+11", "4,47701E+11", "4.47701e+11", "1E+11", "4.4770E11", "########", "#", "#REF!"]
"""What spreadsheets, and programs that keep numbers as they do, write in place of a long one."""


@pytest.mark.parametrize("text", LOST)
@pytest.mark.parametrize(("field", "column"), [("phone", 3), ("nhs_number", 4), ("national_id", 5)])
def test_a_number_that_lost_its_digits_is_set_aside(rows: Read, text: str, field: str, column: int) -> None:
    values = ["7", "Ann", "Lee", "", "", ""]
    values[column] = f'"{text}"'
    (row,), rejects = rows(PEOPLE, HEADER + ",".join(values) + "\n")
    assert field not in row.text
    assert rules(rejects) == [(2, field, "number_mangled", "field")]


@pytest.mark.parametrize("text", LOST)
def test_a_record_id_that_lost_its_digits_is_nobodys(rows: Read, text: str) -> None:
    found, rejects = rows(PEOPLE, f'{HEADER}"{text}",Ann,Lee,,,\n"{text}",Bob,Ray,,,\n8,Cy,Ng,,,\n')
    assert [row.record_id for row in found] == ["8"]
    assert rules(rejects) == [(line, "record_id", "number_mangled", "row") for line in (2, 3)]
    # A snapshot withdraws nothing for their sake: nobody can tell whose rows they are.
    assert (rejects.nameless, rejects.held) == (2, set())


@pytest.mark.parametrize("text", ["3E12", "1E5", "E+11", "12.0", "A#", "# 7", "2E"])
def test_a_code_that_agencies_give_is_an_id(rows: Read, text: str) -> None:
    (row,), rejects = rows(PEOPLE, f"{HEADER}{text},Ann,Lee,,,\n")
    assert row.record_id == text
    assert not rejects.counts


@pytest.mark.parametrize(
    ("line", "field"),
    [
        pytest.param("add,F,7,Lee,,2.02601E+11,2026-02-01", "contact_id", id="of an event"),
        pytest.param("add,F,7,Lee,F 2.02601E+11,c7,2026-02-01", None, id="a code with a space, of another"),
        pytest.param("add,F,7,Lee,2.02601E+11,c7,2026-02-01", "related_to", id="of another person"),
        pytest.param("add,F,2.02601E+11,Lee,,c7,2026-02-01", "record_id", id="in a column of the id"),
        pytest.param("retract,F,7,,,2.02601E+11,", "contact_id", id="of what is withdrawn"),
    ],
)
def test_a_reference_that_lost_its_digits_rejects_its_row(rows: Read, line: str, field: str | None) -> None:
    found, rejects = rows(EVENTS, f"{EVENT}{line}\n")
    assert rules(rejects) == ([(2, field, "number_mangled", "row")] if field else [])
    assert len(found) == (0 if field else 1)
    # Whose the row is can be told, unless it is the record's own id that is lost.
    assert bool(rejects.held) == (field not in (None, "record_id"))
    assert rejects.nameless == (field == "record_id")


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "+44 7700 900123",
        "+44 (0) 7700 900123",
        "(+44) 7700 900123",
        "0044 7700 900123",
        "00 44 (0)7700 900123",
        "447700900123",
        "44 (0)7700 900123",
        "7700900123",
        "7700900123.0",
        "447700900123.00",
        "07700 900123 x12",
        "07700 900123, ext. 12",
        "07700900123 EXTN 4",
        "07700 900123 (extension 12)",
        "07700 900123 #12",
    ],
)
def test_one_telephone_number_has_one_form(text: str) -> None:
    assert normalise.phone(text, "GB") == "07700900123"


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("44019226500", "GB", "44019226500"),
        ("4412065550100", "GB", "4412065550100"),
        ("12065550100.0", "US", "2065550100"),
        ("(206) 555-0100 ext 3", "US", "2065550100"),
        ("447700900123", "US", "447700900123"),
        ("ext 12", "GB", None),
    ],
)
def test_what_only_looks_like_a_country_code_or_an_extension_is_none(
    text: str, country: str, number: str | None
) -> None:
    assert normalise.phone(text, country) == number


def test_numbers_that_became_quantities_are_themselves_again() -> None:
    assert normalise.nhs("9434765919.0") == "9434765919"
    assert normalise.national_id("912978473.0") == "912978473"
    assert normalise.uprn("100071.00") == "100071"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        pytest.param(pa.decimal128(15, 2), Decimal("7700900123.00"), id="with places"),
        pytest.param(pa.decimal128(12, 0), Decimal(7700900123), id="without"),
        pytest.param(pa.float64(), 7700900123.0, id="a quantity"),
        pytest.param(pa.int64(), 7700900123, id="an integer"),
    ],
)
def test_a_number_of_parquet_is_that_of_text(rows: Read, kind: pa.DataType, number: object) -> None:
    file = io.BytesIO()
    column = pa.array([number], kind)
    texts = {name: [""] for name in ("first", "last", "nhs", "ni")}
    pq.write_table(pa.table({"id": column, "tel": column, **texts}), file)
    (row,), _ = rows(PEOPLE + "format: parquet\n", file.getvalue(), "people.parquet")
    assert (row.record_id, row.text["phone"]) == ("7700900123", "07700900123")


def test_a_fraction_of_parquet_stays_one(rows: Read) -> None:
    file = io.BytesIO()
    texts = {name: ["", ""] for name in ("first", "tel", "nhs", "ni")}
    ids = pa.array([Decimal("12.50"), Decimal("0.00000001")], pa.decimal128(20, 8))
    pq.write_table(pa.table({"id": ids, "last": ["Lee", "Li"], **texts}), file)
    found, _ = rows(PEOPLE + "format: parquet\n", file.getvalue(), "people.parquet")
    assert [row.record_id for row in found] == ["12.5", "0.00000001"]
