"""Deaths and days alive of a row: what no life has is set aside, and said."""

from __future__ import annotations

import pytest
from tests.intake.test_reading import Read, rules

from mast_intake.lives import set_aside
from mast_intake.rejects import Rule

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
    ("said", "gone"),
    [
        pytest.param("1950-01-02,2024-02-29,2024-02-28", {}, id="a life"),
        pytest.param(",2024-02-29,2024-04-30", {}, id="a death that was dated late"),
        pytest.param("2019-05-02,2012-01-01,", {"date_of_death": Rule.IMPOSSIBLE_AGE}, id="not yet born"),
        pytest.param("1880-05-02,,2024-01-01", {"date_of_birth": Rule.DATE_TOO_EARLY}, id="too old"),
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
def test_days_that_no_life_has_are_set_aside(rows: Read, said: str, gone: dict[str, Rule]) -> None:
    (row,), rejects = rows(LIVED, f"id,first,born,died,seen\n7,Ann,{said}\n")
    assert {each.field: each.rule for each in rejects.first} == gone
    assert not row.text.keys() & gone.keys()
    assert rejects.rows == 0


def test_an_age_that_nobody_reaches_goes_whatever_day_it_is() -> None:
    text = {"date_of_birth": "1880-05-02", "last_seen_alive": "2004-01-01"}
    assert list(set_aside(text)) == [("last_seen_alive", Rule.IMPOSSIBLE_AGE)]
    assert list(text) == ["date_of_birth"]


YAML = """agency: fire
agreement: a
fields:
  record_id: id
  family_name: last
  address: home
  date_of_birth: {column: born, format: "%d/%m/%Y"}
  date_of_death: {column: died, format: "%d/%m/%Y"}
  valid_from: {column: since, format: "%d/%m/%Y"}
  valid_to: {column: until, format: "%d/%m/%Y"}
  contact_type: type
  contact_at: {column: at, format: "%d/%m/%Y"}
"""
HEADER = "id,last,home,born,died,since,until,type,at\n"


@pytest.mark.parametrize("year", ["0083", "0983", "1883", "1902"])
@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("date_of_birth", "1,Lee,1 High St,06/08/{},,,,,"),
        ("date_of_death", "1,Lee,1 High St,,06/08/{},,,,"),
        ("valid_from", "1,Lee,1 High St,,,06/08/{},,,"),
        ("valid_to", "1,Lee,1 High St,,,,06/08/{},,"),
    ],
)
def test_a_date_before_anybody_alive_was_born_is_set_aside(
    rows: Read, field: str, line: str, year: str
) -> None:
    (row,), rejects = rows(YAML, f"{HEADER}{line.format(year)}\n")
    assert field not in {*row.text, *row.moments}
    assert rules(rejects) == [(2, field, "date_too_early", "field")]


def test_an_event_of_then_is_rejected(rows: Read) -> None:
    found, rejects = rows(YAML, f"{HEADER}1,Lee,1 High St,,,,,WELFARE_CHECK,01/02/0202\n")
    assert not found
    assert rules(rejects) == [(2, "contact_at", "date_too_early", "row")]
    assert rejects.held == {"1"}


def test_somebody_of_123_years_is_taken_for_one(rows: Read) -> None:
    (row,), rejects = rows(YAML, f"{HEADER}1,Lee,1 High St,01/01/1903,,,,,\n")
    assert row.text["date_of_birth"] == "1903-01-01"
    assert not rejects.counts
