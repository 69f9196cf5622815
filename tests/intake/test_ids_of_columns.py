"""An id that stands in several columns: what is said of one case must never be taken for another's."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow

Read = Callable[..., tuple[list[SourceRow], Rejects]]

CASES = """agency: fire
agreement: a
format: jsonl
fields:
  record_id: [year, number, part]
  given_name: first
  family_name: last
  related_to: [year, other, part]
  relation: {constant: SIBLING}
"""
OF_TWO = "agency: fire\nagreement: a\nfields: {record_id: [year, no], given_name: first, family_name: last}\n"


def line(year: str, number: str, part: str) -> str:
    row = {"year": year, "number": number, "part": part, "other": "9", "first": "Ann", "last": "Lee"}
    return json.dumps(row)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("2026", "1", "23"), ("2026", "12", "3"), id="digits"),
        pytest.param(("2026", "1", "2 3"), ("2026", "1 2", "3"), id="spaces"),
        pytest.param(("2026", "", "23"), ("2026", "23", ""), id="empty columns"),
        pytest.param(("2026 1", "", "23"), ("2026", "1", "23"), id="an empty one and a space"),
        pytest.param(("2026", "1\\", "2 3"), ("2026", "1\\ 2", "3"), id="signs that set a space apart"),
    ],
)
def test_ids_are_one_only_column_by_column(rows: Read, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    read, rejects = rows(CASES, f"{line(*one)}\n{line(*other)}\n{line(*one)}", "people.jsonl")
    ids = [row.record_id for row in read]
    assert ids[0] == ids[2] != ids[1]
    assert not rejects.rows


def test_an_id_in_which_nothing_can_be_mistaken_is_joined_with_spaces(rows: Read) -> None:
    (row,), _ = rows(CASES, line(" 2026", "1 ", "23"), "people.jsonl")
    assert (row.record_id, row.text["related_to"]) == ("2026 1 23", "2026 9 23")


def test_a_row_of_which_no_column_of_the_id_says_anything_has_none(rows: Read) -> None:
    read, rejects = rows(OF_TWO, "year,no,first,last\n,,Ann,Lee\n2026,7,Cy,Dee\n")
    assert ([row.record_id for row in read], rejects.rows) == (["2026 7"], 1)
