"""Source files: every fault at once, with its line and what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mast_intake.source import FileFormat, Mode, Source
from mast_intake.source_yaml import read_source
from mast_resolver.errors import SourceFileError

ReadSource = Callable[[str], Source]

GOOD = """agency: walsall-council-children
agreement: mash-2026
format: csv
mode: snapshot
fields:
  record_id: case_no
  given_name: forename
  family_name: surname
  date_of_birth: {column: dob, format: "%d/%m/%Y"}
  sex: {column: sex, values: {M: male, F: female, No: null}}
  address: [addr1, addr2, town]
  postcode: postcode
  contact_type: {constant: SAFEGUARDING_CONCERN}
  contact_at: {column: received, format: "%d/%m/%Y %H:%M"}
ignore: [notes]
"""


def test_the_example_of_the_design_is_read(source: ReadSource) -> None:
    read = source(GOOD)
    (person,) = read.people
    assert (read.feed, read.mode, read.format) == (
        "walsall-council-children/people",
        Mode.SNAPSHOT,
        FileFormat.CSV,
    )
    assert person.fields["address"].columns == ("addr1", "addr2", "town")
    assert person.fields["sex"].values == {"m": "male", "f": "female", "no": None}
    assert read.columns >= {"case_no", "received", "town"}
    assert read.ignore == {"notes"}


def test_a_feed_is_named_by_the_whole_stem_of_its_file(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("police.persons.yaml", "police.incidents.yaml", "police.yml")]
    for path in paths:
        path.write_text(GOOD)
    assert [read_source(path).name for path in paths] == ["police.persons", "police.incidents", "police"]


def test_every_fault_is_told_at_once_with_its_line(source: ReadSource) -> None:
    text = """agency: fire
agrement: mash-2026
mode: snapshots
fields:
  record_id: id
  givenname: forename
  date_of_birth: {column: dob, format: "%d/%m"}
  sex: {column: sex, format: "%Y"}
  contact_type: {constant: SAFE_AND_WEL_VISIT}
  severity: {column: s, values: {high: 9}}
"""
    with pytest.raises(SourceFileError) as caught:
        source(text)
    told = str(caught.value)
    for piece in (
        "MAST-101",
        "people.yaml has 9 faults",
        "line 1: `agreement` is missing",
        "line 2: unknown entry `agrement` (did you mean agreement?)",
        "line 3: `mode` must be one of snapshot, delta, append (did you mean snapshot?)",
        "line 4: `contact_type` needs a `contact_at`",
        "line 6: unknown field `givenname` (did you mean given_name?)",
        "line 7: the format '%d/%m' has no year",
        "line 8: `sex` is no date",
        "line 9: `contact_type` cannot be 'SAFE_AND_WEL_VISIT' (did you mean SAFE_AND_WELL_VISIT?)",
        "line 10: `severity` cannot be '9'",
    ):
        assert piece in told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("- a\n- b\n", "not a mapping", id="a list"),
        pytest.param("agency: [a\n", "not YAML at line", id="not well formed"),
        pytest.param("a: " + "[" * 5000, "not YAML|nested too deeply", id="very deep"),
        pytest.param(GOOD + "agency: other\n", "line 16: `agency` stands twice", id="twice"),
        pytest.param(
            GOOD.replace("record_id: case_no\n", "phone: tel\n"), "`record_id` is missing", id="no id"
        ),
        pytest.param(GOOD.replace("case_no", "{constant: x}"), "`record_id` is a constant", id="constant id"),
        pytest.param(
            GOOD.replace("[notes]", "[surname]"), "both mapped and ignored", id="mapped and ignored"
        ),
        pytest.param(GOOD.replace("snapshot", "delta"), "needs an `operation`", id="delta without operation"),
        pytest.param(GOOD + "operation: op\n", "which only delta has", id="operation without delta"),
        pytest.param(GOOD + "timezone: Mars/Olympus\n", "not a name of the tz database", id="time zone"),
        pytest.param(GOOD + "country: FR\n", "must be GB or US", id="country"),
        pytest.param(GOOD + "csv: {delimiter: ';;'}\n", "one sign each", id="delimiter"),
        pytest.param(GOOD + "csv: {encoding: klingon}\n", "`encoding` is not one", id="encoding"),
        pytest.param(GOOD + "csv: {header: [a, a]}\n", "names a column twice", id="header"),
        pytest.param(GOOD.replace("surname", "[]"), "`family_name` names no column", id="no column"),
        pytest.param(
            GOOD.replace("surname", "{format: '%Y'}"), "needs a column or a constant", id="no origin"
        ),
        pytest.param(GOOD.replace("mash-2026", "{a: b}"), "`agreement` must be plain text", id="not plain"),
        pytest.param(GOOD.replace("walsall-council-children", "a b"), "must be a code", id="agency no code"),
    ],
)
def test_a_fault_is_named(source: ReadSource, text: str, fault: str) -> None:
    with pytest.raises(SourceFileError, match=fault):
        source(text)


def test_two_people_of_a_row_need_two_suffixes(source: ReadSource) -> None:
    text = """agency: tax
agreement: a
fields: {record_id: id}
people:
  - {given_name: first}
  - {given_name: second}
"""
    with pytest.raises(SourceFileError, match="line 6: two people of a row have the same `suffix`"):
        source(text)


def test_a_source_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="cannot be opened"):
        read_source(tmp_path / "nowhere.yaml")


def test_a_source_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(SourceFileError, match="not UTF-8"):
        read_source(path)


def test_the_data_file_given_as_source_is_not_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text("x,y\n" * 100_000)
    with pytest.raises(SourceFileError, match="256 KiB"):
        read_source(path)
