"""Rows that contradict each other: which of them counts, and which is said to be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.intake.test_reading import DATED, DATED_HEADER, PEOPLE, Read, rules

from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.source import Source


def test_an_undated_record_that_contradicts_itself_is_rejected(rows: Read) -> None:
    read, rejects = rows(PEOPLE, "id,first,last\n1,Ann,Lee\n1,Ann,Lee\n1,Bob,Lee\n")
    assert [row.text["given_name"] for row in read] == ["Ann", "Ann"]
    assert rules(rejects) == [(4, "record_id", "duplicate_record_id", "row")]


def test_dated_rows_of_one_record_are_versions_in_date_order(rows: Read) -> None:
    data = (
        DATED_HEADER
        + "1,Ann,Lee,,,,WELFARE_CHECK,01/01/2022,\n"
        + "1,Ann,Moss,,,,WELFARE_CHECK,01/01/2024,\n"
        + "1,Ann,Lee,,,,WELFARE_CHECK,01/01/2023,\n"
    )
    read, rejects = rows(DATED, data)
    assert [row.superseded for row in read] == [False, False, True]
    assert not rejects.counts


@pytest.mark.parametrize("mode", ["append", "snapshot"])
@pytest.mark.parametrize(
    "second",
    [
        pytest.param("1,Bert,Lee,06/08/1983,943 476 5919,M", id="another given name"),
        pytest.param("1,Ann,Stone,06/08/1983,943 476 5919,M", id="another family name"),
        pytest.param("1,Ann,Lee,06/08/1951,943 476 5919,M", id="another birth"),
        pytest.param("1,Ann,Lee,06/08/1983,999 000 0018,M", id="another number"),
        pytest.param("1,,Stone,,,", id="only another family name"),
    ],
)
def test_two_people_under_one_id_at_one_moment_are_never_one(rows: Read, mode: str, second: str) -> None:
    first = "1,Ann,Lee,06/08/1983,943 476 5919,M"
    data = f"{DATED_HEADER}{first},WELFARE_CHECK,01/10/2024,\n{second},WELFARE_CHECK,01/10/2024,\n"
    read, rejects = rows(f"{DATED}mode: {mode}\n", data)
    assert [(row.line, row.superseded) for row in read] == [(2, False)]
    assert rules(rejects) == [(3, "record_id", "duplicate_record_id", "row")]
    assert rejects.held == {"1"}


@pytest.mark.parametrize(
    "second",
    [
        pytest.param("1,ann, LEE ,06/08/1983,9434765919,m", id="written otherwise"),
        pytest.param("1,Ann,,,,", id="with less"),
    ],
)
def test_one_person_at_one_moment_is_one_however_they_are_written(rows: Read, second: str) -> None:
    first = "1,Ann,Lee,06/08/1983,943 476 5919,M"
    data = f"{DATED_HEADER}{first},WELFARE_CHECK,01/10/2024,\n{second},DOMESTIC_ABUSE_INCIDENT,01/10/2024,\n"
    read, rejects = rows(DATED, data)
    assert len(read) == 2
    assert not rejects.counts


def test_one_person_may_have_two_homes_at_one_moment(rows: Read) -> None:
    yaml = PEOPLE.replace("last}", "last, address: home, valid_from: f}")
    data = "id,first,last,home,f\n1,Ann,Lee,12 High St,2024-01-01\n1,Ann,Lee,9 Elm Rd,2024-01-01\n"
    read, rejects = rows(yaml, data)
    assert [row.text["address"] for row in read] == ["12 High St", "9 Elm Rd"]
    assert not rejects.counts


@pytest.mark.parametrize(("mode", "read"), [("snapshot", ["Ann"]), ("append", ["Ann", "Bob"])])
def test_several_files_of_a_snapshot_are_one_and_those_of_others_follow_each_other(
    tmp_path: Path, source: Callable[[str], Source], mode: str, read: list[str]
) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path, name in zip(paths, ("Ann", "Bob"), strict=True):
        path.write_text(f"id,first,last\n1,{name},Lee\n")
    rejects = Rejects()
    found = read_rows(source(f"{PEOPLE}mode: {mode}\n"), paths, rejects)
    assert [row.text["given_name"] for row in found] == read
    assert rejects.rows == 2 - len(read)
