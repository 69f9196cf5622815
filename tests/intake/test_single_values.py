"""One value that is too long, or of another encoding, costs its own row; the rest of the file is read."""

from __future__ import annotations

import datetime as dt
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.intake.test_reading import PEOPLE, Read, rules

from mast_intake.text_lines import FEW_GARBLED, LONGEST_LINE
from mast_resolver.errors import UnreadableFileError

NOTED = PEOPLE + "ignore: [notes]\n"
HEADER = b"id,first,last,notes\n"
GOOD = b"1,Ann,Lee,\n"
LAST = b"3,Cy,Ng,\n"


@pytest.mark.parametrize(
    ("line", "read", "rule"),
    [
        pytest.param(b"2,Bo,Li," + b"n" * 140_000, ["1", "2", "3"], None, id="long, and ignored"),
        pytest.param(
            b"2," + b"B" * 140_000 + b",Li,", ["1", "2", "3"], "value_too_long", id="long, and read"
        ),
        pytest.param(b"2,Bo,Li," + b"n" * LONGEST_LINE, ["1", "3"], "line_too_long", id="a line too long"),
        pytest.param(b"2,Jos\xe9,Li,", ["1", "3"], "not_text", id="another encoding, and read"),
        pytest.param(b"2,Bo,Li,caf\xe9", ["1", "2", "3"], None, id="another encoding, and ignored"),
        pytest.param(
            b'2,"Jo\xe9\ns",Li,"several\nlines"', ["1", "3"], "not_text", id="in one of several lines"
        ),
        pytest.param(b'2,Bo,Li,"caf\xe9\nof several\nlines"', ["1", "2", "3"], None, id="in ignored lines"),
        pytest.param(b"2,B\xc3,Li,", ["1", "3"], "not_text", id="half a sign"),
    ],
)
@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_a_single_value_loses_its_own_row_at_most(
    rows: Read, line: bytes, read: list[str], rule: str | None, name: str
) -> None:
    data = HEADER + GOOD + line + b"\n" + LAST
    found, rejects = rows(NOTED, gzip.compress(data) if name.endswith(".gz") else data, name)
    assert [row.record_id for row in found] == read
    assert [each[2] for each in rules(rejects)] == ([rule] if rule else [])


def test_a_byte_of_another_encoding_on_a_late_line_leaves_those_before_and_after(rows: Read) -> None:
    lines = [f"{at},Ann,Lee\n".encode() for at in range(1, 20_484)]
    lines[20_000] = b"20001,Jos\xe9,Lee\n"
    found, rejects = rows(PEOPLE, b"id,first,last\n" + b"".join(lines))
    assert [int(row.record_id) for row in found] == [at for at in range(1, 20_484) if at != 20_001]
    assert rules(rejects) == [(20_002, "", "not_text", "row")]


def test_a_file_whose_only_row_is_too_long_has_a_row_that_is_rejected(rows: Read) -> None:
    found, rejects = rows(PEOPLE, b"id,first,last\n1," + b"A" * 2 * LONGEST_LINE + b",Lee\n")
    assert not found
    assert rules(rejects) == [(2, "", "line_too_long", "row")]


def test_a_tenth_of_the_lines_in_another_encoding_are_no_single_values(rows: Read) -> None:
    line = b"1,Ann,Lee\n" * 8 + b"2,Jos\xe9,Lee\n"
    with pytest.raises(UnreadableFileError, match="not utf-8 text") as caught:
        rows(PEOPLE, b"id,first,last\n" + line * (FEW_GARBLED + 1))
    assert caught.value.__context__ is None


def test_a_line_of_json_in_another_encoding_loses_itself_alone(rows: Read) -> None:
    yaml = NOTED + "format: jsonl\n"
    data = (
        b'{"id": "1", "first": "Ann", "last": "Lee"}\n'
        b'{"id": "2", "first": "Jos\xe9", "last": "Li"}\n'
        b'{"id": "3", "first": "Cy", "last": "Ng", "notes": "caf\xe9"}\n'
    )
    found, rejects = rows(yaml, data, "people.jsonl")
    assert [row.record_id for row in found] == ["1", "3"]
    assert rules(rejects) == [(2, "", "not_text", "row")]


def test_a_text_of_parquet_that_is_no_text_loses_its_row(rows: Read) -> None:
    offsets = pa.py_buffer(b"".join(at.to_bytes(4, "little") for at in (0, 3, 4, 6)))
    first = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"Ann\xffCy"))
    found, rejects = rows(
        PEOPLE + "format: parquet\n", parquet(first=first, last=["Lee", "Li", "Ng"]), "p.parquet"
    )
    assert [row.record_id for row in found] == ["1", "3"]
    assert rules(rejects) == [(2, "", "not_text", "row")]


def test_a_typed_date_that_is_none_loses_its_row(rows: Read) -> None:
    yaml = PEOPLE.replace("last}", "date_of_birth: born}").replace("family_name: ", "") + "format: parquet\n"
    good = int(dt.datetime(1983, 8, 6, tzinfo=dt.UTC).timestamp() * 1e6)
    born = pa.array([good, 2**60, good], pa.timestamp("us"))
    found, rejects = rows(yaml, parquet(first=["Ann", "Bo", "Cy"], born=born), "p.parquet")
    assert [row.record_id for row in found] == ["1", "3"]
    assert rules(rejects) == [(2, "", "date_unreadable", "row")]


def parquet(**columns: object) -> bytes:
    """A file of three rows."""
    file = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2", "3"], **columns}), file)
    return file.getvalue()
