"""Data files to rows: formats, bad input, and rows that contradict each other."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mast_intake.reading import read_rows
from mast_intake.rejects import Outcome, Rejects, Rule
from mast_intake.rows import SourceRow
from mast_intake.source import Source
from mast_resolver.errors import UnknownColumnError, UnreadableFileError
from mast_resolver.records import Operation

Read = Callable[..., tuple[list[SourceRow], Rejects]]

PEOPLE = """agency: fire
agreement: a
fields: {record_id: id, given_name: first, family_name: last}
"""
DATED = """agency: fire
agreement: a
fields:
  record_id: id
  given_name: first
  family_name: last
  date_of_birth: {column: dob, format: "%d/%m/%Y"}
  nhs_number: nhs
  sex: {column: sex, values: {M: male, F: female}}
  contact_type: type
  contact_at: {column: at, format: "%d/%m/%Y"}
ignore: [notes]
"""
DATED_HEADER = "id,first,last,dob,nhs,sex,type,at,notes\n"


def rules(rejects: Rejects) -> list[tuple[int, str, str, str]]:
    return [(each.line, each.field, each.rule.value, each.outcome.value) for each in rejects.first]


def test_a_row_is_read_in_canonical_form(rows: Read) -> None:
    data = DATED_HEADER + "7,Ann,Lee,06/08/1983,943 476 5919,f,WELFARE_CHECK,01/07/2024,secret\n"
    (row,), rejects = rows(DATED, data)
    assert row.record_id == "7"
    assert row.text["date_of_birth"] == "1983-08-06"
    assert row.text["nhs_number"] == "9434765919"
    assert row.text["sex"] == "female"
    assert row.moments["contact_at"] == dt.datetime(2024, 6, 30, 23, tzinfo=dt.UTC)  # midnight in London
    assert "secret" not in row.text.values()
    assert not rejects.counts


@pytest.mark.parametrize(
    ("line", "field", "rule", "outcome"),
    [
        pytest.param(
            ",A,B,,,,WELFARE_CHECK,01/07/2024,", "record_id", Rule.RECORD_ID_MISSING, "row", id="no id"
        ),
        pytest.param(
            "7,A,B,,,,WELFARE_CHECK,31/02/2024,", "contact_at", Rule.DATE_UNREADABLE, "row", id="time"
        ),
        pytest.param("7,A,B,,,,WELFARE_CHECK,,", "contact_at", Rule.CONTACT_AT_MISSING, "row", id="no time"),
        pytest.param(
            "7,A,B,,,,WELFARE,01/07/2024,", "contact_type", Rule.CONTACT_TYPE_UNKNOWN, "row", id="type"
        ),
        pytest.param(
            "7,,,,,,WELFARE_CHECK,01/07/2024,", "", Rule.CONTACT_TOUCHES_NOTHING, "row", id="nobody"
        ),
        pytest.param("7,,,,,,,,", "", Rule.ROW_SAYS_NOTHING, "row", id="nothing"),
        pytest.param("7,A,B", "", Rule.RAGGED_ROW, "row", id="ragged"),
        pytest.param("7,A,B\0,,,,,,", "", Rule.NUL_BYTE, "row", id="NUL byte"),
        pytest.param(
            "7,A,B,31/02/1983,,,,,", "date_of_birth", Rule.DATE_UNREADABLE, "field", id="no such day"
        ),
        pytest.param(
            "7,A,B,06/08/2033,,,,,", "date_of_birth", Rule.DATE_IN_FUTURE, "field", id="not yet born"
        ),
        pytest.param(
            "7,A,B,,9434765918,,,,", "nhs_number", Rule.NHS_NUMBER_INVALID, "field", id="check digit"
        ),
        pytest.param(
            "7,A,B,,9999999999,,,,", "nhs_number", Rule.NHS_NUMBER_INVALID, "field", id="nobody's number"
        ),
        pytest.param("7,A,B,,,Q,,,", "sex", Rule.UNMAPPED_VALUE, "field", id="not under values"),
        pytest.param(f"7,A,{'B' * 600},,,,,,", "family_name", Rule.VALUE_TOO_LONG, "field", id="long value"),
        pytest.param("7,A,123,,,,,,", "family_name", Rule.NAME_WITHOUT_LETTERS, "field", id="no letters"),
    ],
)
def test_what_cannot_be_read_is_rejected_by_rule(
    rows: Read, line: str, field: str, rule: Rule, outcome: str
) -> None:
    good = "8,Carl,Dean,,,,,,\n"
    read, rejects = rows(DATED, f"{DATED_HEADER}{line}\n{good}")
    assert (2, field, rule.value, outcome) in rules(rejects)
    assert [row.record_id for row in read] == (["8"] if outcome == "row" else ["7", "8"])
    if outcome == "field":
        assert field not in read[0].text


def test_somebody_called_child_keeps_the_name_and_a_child_without_one_has_none(rows: Read) -> None:
    lines = "1,Ann,Child,\n2,Baby,Child,\n3,,Child,\n4,Unknown,Lee,\n5,,Lee,\n"
    yaml = PEOPLE.replace("last}", "last, address: home}")
    found, _ = rows(yaml, "id,first,last,home\n" + lines.replace(",\n", ",1 High St\n"))
    said = [(row.text.get("given_name", ""), row.text.get("family_name", "")) for row in found]
    assert said == [("Ann", "Child"), ("", ""), ("", ""), ("", "Lee"), ("", "Lee")]
    assert [row.has_person for row in found] == [True, False, False, True, True]


@pytest.mark.parametrize("text", ["01/01/1900", "00/00/0000", "unknown", "N/A", "9999"])
def test_a_date_that_stands_for_none_is_missing_and_no_fault(rows: Read, text: str) -> None:
    (row,), rejects = rows(DATED, f"{DATED_HEADER}7,A,Bee,{text},,,,,\n")
    assert "date_of_birth" not in row.text
    assert not rejects.counts


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"", "holds no rows", id="empty"),
        pytest.param(b"id,first,last\n", "holds no rows", id="header only"),
        pytest.param(b"id,first,last\n1,Jos\xe9,Lee\n", "not utf-8 text", id="wrong encoding"),
        pytest.param("id,first,last\n1,A,B\n".encode("utf-16"), "not utf-8 text", id="UTF-16"),
        pytest.param(b'id,first,last\n1,"A,B\n' + b"x,y,z\n" * 40_000, "does not end", id="open quote"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(rows: Read, data: bytes, error: str) -> None:
    with pytest.raises(UnreadableFileError, match=error) as caught:
        rows(PEOPLE, data)
    assert caught.value.__context__ is None  # the cause would quote the data


def test_a_file_that_is_not_there_is_an_error_of_ours(
    source: Callable[[str], Source], tmp_path: Path
) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        list(read_rows(source(PEOPLE), [tmp_path / "nowhere.csv"], Rejects()))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        pytest.param("id,first,last,shoe", "column 4 is neither mapped nor ignored", id="unknown"),
        pytest.param("id,first", "mapped, but not there: last", id="missing"),
        pytest.param("id,first,lost", r"column 3 \(did you mean last\?\)", id="renamed"),
        pytest.param("id,first,last,last", "a mapped column stands twice", id="twice"),
    ],
)
def test_a_column_that_the_source_does_not_know_is_refused(rows: Read, header: str, told: str) -> None:
    with pytest.raises(UnknownColumnError, match=told):
        rows(PEOPLE, f"{header}\n1,A,B\n")


def test_a_file_without_its_header_does_not_show_its_first_row(rows: Read) -> None:
    with pytest.raises(UnknownColumnError) as caught:
        rows(PEOPLE, "17,Ermintrude,Featherstonehaugh\n")
    assert "Ermintrude" not in str(caught.value)
    assert "Featherstonehaugh" not in repr(caught.value)


def test_a_line_of_50_megabytes_is_passed_over_in_bounded_memory(rows: Read) -> None:
    data = b"id,first,last\n1,A," + b"x" * 50_000_000 + b"\n2,Carl,Dean\n"
    tracemalloc.start()
    read, rejects = rows(PEOPLE, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.record_id for row in read] == ["2"]
    assert rules(rejects) == [(2, "", "line_too_long", "row")]
    assert peak < 20_000_000


def test_options_of_csv_files(rows: Read) -> None:
    options = "csv: {delimiter: tab, encoding: cp1252, header: [id, first, last]}\n"
    (row,), _ = rows(PEOPLE + options, "1\tJos\xe9\tLee\n".encode("cp1252"))
    assert row.text["given_name"] == "Jos\xe9"


def test_a_byte_order_mark_is_no_part_of_the_first_column(rows: Read) -> None:
    (row,), _ = rows(PEOPLE, "\ufeffid,first,last\n1,A,Bee\n")
    assert row.record_id == "1"


def test_a_compressed_file_reads_the_same(rows: Read) -> None:
    plain, _ = rows(PEOPLE, "id,first,last\n1,A,Bee\n")
    packed, _ = rows(PEOPLE, gzip.compress(b"id,first,last\n1,A,Bee\n"), "people.csv.gz")
    assert [row.text for row in packed] == [row.text for row in plain]


@pytest.mark.parametrize(
    "data",
    [b"no gzip at all", gzip.compress(b"id,first,last\n" * 999, mtime=0)[:40]],
    ids=["not gzip", "cut off"],
)
def test_a_damaged_compressed_file_is_refused(rows: Read, data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="gzip"):
        rows(PEOPLE, data, "people.csv.gz")


JSON = PEOPLE.replace("fields", "format: jsonl\nfields") + "ignore: [notes]\n"


def test_json_lines_are_read_and_odd_ones_rejected(rows: Read) -> None:
    lines = [
        json.dumps({"id": 1, "first": "Ann", "last": "Lee", "notes": {"any": "thing"}}),
        "not json",
        "[1, 2]",
        json.dumps({"id": 2, "first": ["Bo"], "last": "Li"}),
        json.dumps({"id": 3, "first": "Cy", "shoe": 9}),
        "[" * 100_000,
        json.dumps({"id": 4, "first": "Di", "last": None}),
        json.dumps({"id": "5\ud800", "first": "Ed", "last": "Fox"}),
        json.dumps({"id": 6, "first": "Ed", "last": "Fox\udfff"}),
        json.dumps({"id": 7, "first": "Zo\u00eb \U0001f600", "last": "Fox", "notes": "\ud800"}),
    ]
    read, rejects = rows(JSON, "\n".join(lines), "people.jsonl")
    assert [row.record_id for row in read] == ["1", "4", "7"]
    assert [rule for _, _, rule, _ in rules(rejects)] == [
        "not_json",
        "not_json",
        "not_text",
        "unknown_column",
        "not_json",
        "not_text",
        "not_text",
    ]


def test_json_lines_of_another_feed_are_refused_at_once(rows: Read) -> None:
    with pytest.raises(UnknownColumnError, match="column 2"):
        rows(JSON, '{"id": 1, "shoe": 9}\n', "people.jsonl")


def _parquet(columns: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_parquet_with_typed_dates_is_read(rows: Read) -> None:
    yaml = """agency: fire
agreement: a
format: parquet
fields:
  record_id: id
  given_name: first
  date_of_birth: {column: dob, format: "%d/%m/%Y"}
  contact_type: {constant: WELFARE_CHECK}
  contact_at: at
"""
    at = dt.datetime(2024, 7, 1, 9, 30, tzinfo=dt.UTC)
    columns = {"id": [1.0], "first": ["Ann"], "dob": [dt.date(1983, 8, 6)], "at": [at]}
    (row,), _ = rows(yaml, _parquet(columns), "people.parquet")
    assert (row.record_id, row.text["date_of_birth"], row.moments["contact_at"]) == ("1", "1983-08-06", at)


def test_a_damaged_parquet_file_is_refused(rows: Read) -> None:
    with pytest.raises(UnreadableFileError, match="Parquet"):
        rows(PEOPLE.replace("fields", "format: parquet\nfields"), b"PAR1 and then nothing", "people.parquet")


PARQUET = """agency: fire
agreement: a
format: parquet
fields: {record_id: id, given_name: first, date_of_birth: born}
"""


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(2**62, pa.timestamp("us"), id="a moment after the year 9999"),
        pytest.param(2**30, pa.date32(), id="a day after the year 9999"),
        pytest.param(-62_135_596_800, pa.timestamp("s", "America/Chicago"), id="before the year 1 there"),
        pytest.param(0, pa.timestamp("us", "Mars/Olympus"), id="a zone that nobody knows"),
    ],
)
def test_a_typed_date_that_is_none_of_ours_is_an_error_that_quotes_nothing(
    rows: Read, value: int, kind: pa.DataType
) -> None:
    columns = {"id": ["1"], "first": ["Ermintrude"], "born": pa.array([value], kind)}
    with pytest.raises(UnreadableFileError, match="out of range, or of an unknown time zone") as caught:
        rows(PARQUET, _parquet(columns), "people.parquet")
    assert caught.value.__context__ is None
    assert "Mars" not in str(caught.value)


def test_a_typed_birth_that_is_kept_as_utc_is_the_day_where_the_source_is(rows: Read) -> None:
    born = pa.array([dt.datetime(1983, 8, 5, 23, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
    (row,), _ = rows(PARQUET, _parquet({"id": ["1"], "first": ["Ann"], "born": born}), "people.parquet")
    assert row.text["date_of_birth"] == "1983-08-06"
    abroad = PARQUET + "timezone: America/Chicago\n"
    (row,), _ = rows(abroad, _parquet({"id": ["1"], "first": ["Ann"], "born": born}), "people.parquet")
    assert row.text["date_of_birth"] == "1983-08-05"


def test_a_birth_of_two_digits_is_of_the_century_before_where_it_is_yet_to_come(rows: Read) -> None:
    yaml = DATED.replace('dob, format: "%d/%m/%Y"', 'dob, format: "%d/%m/%y"')
    (row,), rejects = rows(yaml, f"{DATED_HEADER}7,Ann,Lee,06/08/55,,,,,\n")
    assert row.text["date_of_birth"] == "1955-08-06"
    assert not rejects.counts


def test_half_a_sign_in_a_line_of_text_is_rejected(rows: Read) -> None:
    yaml = PEOPLE + "csv: {encoding: utf-7}\n"  # one of the encodings that can write it
    read, rejects = rows(yaml, b"id,first,last\n1+2AA-,Ann,Lee\n2,Bo+AOk-,Li\n")
    assert [(row.record_id, row.text["given_name"]) for row in read] == [("2", "Bo\u00e9")]
    assert rules(rejects) == [(2, "", "not_text", "row")]


DELTA = """agency: fire
agreement: a
mode: delta
operation: {column: op, values: {A: add, C: change, D: retract}}
fields: {record_id: id, given_name: first, family_name: last}
"""


def test_a_delta_says_what_each_row_does(rows: Read) -> None:
    read, rejects = rows(DELTA, "op,id,first,last\nA,1,Ann,Lee\nC,1,Ann,Moss\nD,1,,\nX,2,Bo,Li\n,3,Cy,Ng\n")
    upsert, retract = Operation.UPSERT, Operation.RETRACT
    assert [row.operation for row in read] == [upsert, upsert, retract]
    assert {rule for _, _, rule, _ in rules(rejects)} == {"operation_unknown"}


COUPLE = """agency: tax
agreement: a
fields: {record_id: id, address: home}
people:
  - {given_name: first}
  - {suffix: "#spouse", given_name: spouse}
"""


def test_several_people_of_a_row_have_ids_of_their_own(rows: Read) -> None:
    read, rejects = rows(
        COUPLE, "id,first,spouse,home\n1,Ann,Bob,12 High St\n2,Cy,,14 High St\n3,,,9 Elm Rd\n"
    )
    assert [row.record_id for row in read] == ["1", "1#spouse", "2"]
    assert rules(rejects) == [(4, "", "row_says_nothing", "row")]


def test_an_end_before_its_start_is_set_aside(rows: Read) -> None:
    yaml = PEOPLE.replace("last}", "last, valid_from: f, valid_to: t}")
    (row,), rejects = rows(yaml, "id,first,last,f,t\n1,Ann,Lee,2024-01-01,2023-01-01\n")
    assert "valid_to" not in row.moments
    assert rules(rejects) == [(2, "valid_to", "interval_reversed", "field")]


def test_an_end_in_9999_is_no_end(rows: Read) -> None:
    yaml = PEOPLE.replace("last}", "last, valid_from: f, valid_to: t}")
    (row,), rejects = rows(yaml, "id,first,last,f,t\n1,Ann,Lee,2024-01-01,9999-12-31\n")
    assert "valid_to" not in row.moments
    assert not rejects.counts


def test_an_unreadable_role_never_becomes_the_subject(rows: Read) -> None:
    yaml = DATED.replace("contact_type: type", "contact_type: type\n  contact_role: role")
    data = DATED_HEADER.replace("notes", "role,notes") + "1,Ann,Lee,,,,WELFARE_CHECK,01/07/2024,perp,\n"
    (row,), rejects = rows(yaml, data)
    assert row.text["contact_role"] == "other"
    assert rules(rejects) == [(2, "contact_role", "role_unknown", "field")]


def test_the_report_has_every_reject_and_no_value(tmp_path: Path, source: Callable[[str], Source]) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,first,last\n" + ",Ermintrude,Lee\n" * 1500)
    report = tmp_path / "rejects.csv"
    with Rejects(report) as rejects:
        assert not list(read_rows(source(PEOPLE), [path], rejects))
    lines = report.read_text().splitlines()
    assert lines[:2] == ["file,line,field,rule,outcome", "people.csv,2,record_id,record_id_missing,row"]
    assert len(lines) == 1501
    assert len(rejects.first) == 1000
    assert rejects.counts == {(Outcome.ROW, "record_id", Rule.RECORD_ID_MISSING): 1500}


def test_without_a_reject_there_is_no_report(tmp_path: Path) -> None:
    with Rejects(tmp_path / "rejects.csv") as rejects:
        assert rejects.rows == 0
    assert not list(tmp_path.iterdir())
