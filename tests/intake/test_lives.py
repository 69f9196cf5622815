"""Deaths and days alive of a row: what no life has is set aside, and said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mast_intake.rejects import Rejects, Rule
from mast_intake.rows import SourceRow

Read = Callable[..., tuple[list[SourceRow], Rejects]]
LIVED = """agency: fire
agreement: a
fields:
  record_id: id
  given_name: first
  date_of_birth: born
  date_of_death: {column: died, format: "%Y-%m-%d"}
  last_seen_alive: seen
"""


@pytest.mark.parametrize(
    ("said", "set_aside"),
    [
        pytest.param("1950-01-02,2024-02-29,2024-02-28", {}, id="a life"),
        pytest.param(",2024-02-29,2024-04-30", {}, id="a death that was dated late"),
        pytest.param("2019-05-02,2012-01-01,", {"date_of_death": Rule.IMPOSSIBLE_AGE}, id="not yet born"),
        pytest.param("1880-05-02,,2024-01-01", {"last_seen_alive": Rule.IMPOSSIBLE_AGE}, id="too old"),
        pytest.param("2024-03-04,2024-03-04,", {}, id="died on the day of birth"),
        pytest.param(
            "1950-01-02,2024-02-29,2024-05-01",
            {"date_of_death": Rule.ALIVE_AFTER_DEATH, "last_seen_alive": Rule.ALIVE_AFTER_DEATH},
            id="alive after death",
        ),
        pytest.param("1950-01-02,2033-02-01,", {"date_of_death": Rule.DATE_IN_FUTURE}, id="to come"),
        pytest.param("1950-01-02,9999-12-31,", {}, id="no end"),
        pytest.param("1950-01-02,31.02.2024,", {"date_of_death": Rule.DATE_UNREADABLE}, id="no date"),
    ],
)
def test_days_that_no_life_has_are_set_aside(rows: Read, said: str, set_aside: dict[str, Rule]) -> None:
    (row,), rejects = rows(LIVED, f"id,first,born,died,seen\n7,Ann,{said}\n")
    assert {each.field: each.rule for each in rejects.first} == set_aside
    assert not row.text.keys() & set_aside
    assert rejects.rows == 0
