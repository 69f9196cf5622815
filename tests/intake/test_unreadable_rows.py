"""Rows that cannot be read: nobody vanishes without a word, is found for it, or stays open because of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from mast_intake.rejects import Rejects, Rule
from mast_intake.rows import SourceRow

Read = Callable[..., tuple[list[SourceRow], Rejects]]

PEOPLE = """agency: fire
agreement: a
fields: {record_id: id, given_name: first, family_name: last}
ignore: [notes]
"""
NOTES = "id,first,last,notes\n"
EVENTS = """agency: police
agreement: a
fields:
  record_id: id
  family_name: last
  shielded: {column: hide, values: {Y: both}}
  contact_id: case
  contact_type: type
  contact_at: {column: at, format: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}
  contact_closed_at: {column: closed, format: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}
  contact_status: {column: status, values: {Open: open, Closed: closed}}
"""
EVENT = "id,last,hide,case,type,at,closed,status\n"


def rules(rejects: Rejects) -> list[Rule]:
    return [each.rule for each in rejects.first]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        pytest.param('1,A,Lee,"fell\n2,B,Ray,x\n3,C,Poe,"so ""hi"""\n4,D,Gow,\n', ["4"], id="by another"),
        pytest.param('1,Ann,Lee,"fell\n2,Bob,Ray,x\n3,Cy,Poe,"\n4,Di,Gow,\n', ["4"], id="rows within"),
        pytest.param('1,Ann,Lee,\n2,Bob,Ray,"fell\n3,Cy,Poe,x\n', ["1"], id="open to the end"),
        pytest.param('1,Ann,"Lee"x,\n2,Bob,Ray,\n', ["2"], id="goes on after it"),
    ],
)  # fmt: skip
def test_a_stray_quote_swallows_nobody_without_a_word(rows: Read, data: str, read: list[str]) -> None:
    found, rejects = rows(PEOPLE, NOTES + data)
    assert [row.record_id for row in found] == read
    assert Rule.QUOTE_UNBALANCED in rules(rejects)
    assert rejects.nameless


def test_free_text_of_several_lines_is_no_stray_quote(rows: Read) -> None:
    found, rejects = rows(PEOPLE, NOTES + '1,Ann,Lee,"fell, then\nrang, and left"\n2,Bob,Ray,\n')
    assert [row.record_id for row in found] == ["1", "2"]
    assert not rejects.counts


LONG = EVENTS.replace("agreement: a\n", "agreement: a\nignore: [notes]\n")
PLACES = """agency: fire
agreement: a
fields: {record_id: [area, id], address: addr}
ignore: [notes]
"""


@pytest.mark.parametrize(
    ("yaml", "data"),
    [
        pytest.param(
            PEOPLE,
            NOTES + '1,Ann,Lee,"rang.\nMother, two children, a dog, and a cat, seen"\n2,Bob,Ray,\n',
            id="a list of names",
        ),
        pytest.param(
            LONG,
            EVENT.replace("status", "status,notes")
            + '1,Lee,,,WELFARE_CHECK,01/02/2026,,,"rang.\nhe, she, it, we, you, they, all, none, some"\n'
            + "2,Ray,,,WELFARE_CHECK,01/02/2026,,,\n",
            id="of an event",
        ),
        pytest.param(
            PEOPLE.replace("family_name: last", "address: last"),
            NOTES + '1,Ann,"Flat 2\n14 Canal Street, Calderwick, Walsall, England",\n2,Bob,1 High St,\n',
            id="an address",
        ),
        pytest.param(
            PLACES,
            "area,id,addr,notes\n" + 'A,1,1 High St,"seen\nold, frail, alone, unwell"\nA,2,2 High St,\n',
            id="half an id",
        ),
    ],
)
def test_free_text_with_commas_is_no_stray_quote(rows: Read, yaml: str, data: str) -> None:
    found, rejects = rows(yaml, data)
    assert not rejects.counts
    assert [row.record_id.split()[-1] for row in found] == ["1", "2"]


@pytest.mark.parametrize(
    ("yaml", "data"),
    [
        pytest.param(PEOPLE, NOTES + 'C-1,Ann,Lee,"fell\nC-2,Bob,Ray,x\nC-3,Cy,Poe,"\n', id="by its id"),
        pytest.param(PEOPLE, NOTES + 'ann,Ann,Lee,"fell\nbob,Bob,Ray,x\ncy,Cy,Poe,"\n', id="of letters"),
        pytest.param(PEOPLE, NOTES + 'A 1,Ann,Lee,"fell\rA 2,Bob,Ray,x\rA 3,Cy,Poe,"\r', id="with a space"),
        pytest.param(
            LONG,
            EVENT.replace("status", "status,notes")
            + '1,Lee,,,WELFARE_CHECK,01/02/2026,,,"rang\n'
            + 'the job,Ray,,,WELFARE_CHECK,01/02/2026,,,"\n',
            id="by its date",
        ),
        pytest.param(
            PLACES, "area,id,addr,notes\n" + 'A,1,1 High St,"seen\nB,2,2 High St,"\n', id="by both halves"
        ),
    ],
)
def test_rows_that_a_stray_quote_swallowed_are_known_by_id_or_date(rows: Read, yaml: str, data: str) -> None:
    found, rejects = rows(yaml, data)
    assert not found
    assert rules(rejects) == [Rule.QUOTE_UNBALANCED]


@pytest.mark.parametrize(
    ("line", "held", "nameless"),
    [
        pytest.param("7,Lee,,,WELFARE_CHECK,31/02/2024,,", {"7"}, 0, id="no such day"),
        pytest.param("7,Lee,,,NO_SUCH_TYPE,01/02/2024,,", {"7"}, 0, id="no such type"),
        pytest.param("7,,,,,,,", {"7"}, 0, id="says nothing"),
        pytest.param(",Lee,,,,,,", set(), 1, id="no id"),
        pytest.param("N/A,Lee,,,,,,", set(), 1, id="an id that stands for none"),
        pytest.param("7,Lee", set(), 1, id="ragged"),
    ],
)
def test_whose_a_rejected_row_is_is_told_where_it_can_be(
    rows: Read, line: str, held: set[str], nameless: int
) -> None:
    _, rejects = rows(EVENTS, f"{EVENT}{line}\n8,Poe,,,,,,\n")
    assert (rejects.held, rejects.nameless) == (held, nameless)
    assert rejects.rows == 1


@pytest.mark.parametrize(
    ("ends", "rule"),
    [
        pytest.param("01/05/2019 14:30,01/05/2019,", None, id="a day without an hour"),
        pytest.param("27/10/2024 01:50,27/10/2024 01:10,", None, id="the hour that came twice"),
        pytest.param("01/05/2019 14:30,30/04/2019,", Rule.INTERVAL_REVERSED, id="a day before"),
        pytest.param("01/05/2019 14:30,31/06/2019,", Rule.DATE_UNREADABLE, id="no such day"),
    ],
)
def test_what_is_said_to_have_ended_is_not_open(rows: Read, ends: str, rule: Rule | None) -> None:
    (row,), rejects = rows(EVENTS, f"{EVENT}7,Lee,,,SECTION_47_ENQUIRY,{ends}\n")
    assert rules(rejects) == ([rule] if rule else [])
    if rule:
        assert row.text["contact_status"] == "closed"
        said = row.moments.get("contact_closed_at")
        # What can be read is kept, that the agency be told of it; what cannot be is nothing.
        assert (said is None) == (rule is Rule.DATE_UNREADABLE)
        assert said is None or said < row.moments["contact_at"]
    else:
        assert row.moments["contact_closed_at"] == row.moments["contact_at"]


def test_that_it_is_open_counts_for_more_than_an_end_that_cannot_be(rows: Read) -> None:
    (row,), _ = rows(EVENTS, f"{EVENT}7,Lee,,,SECTION_47_ENQUIRY,01/05/2019,30/04/2019,Open\n")
    assert row.text["contact_status"] == "open"
    assert "contact_closed_at" not in row.moments


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("7,Lee,,,,,,\n7,Leigh,Y,,,,,", id="beside a row that says otherwise"),
        pytest.param("7,Lee,Y,,WELFARE_CHECK,31/02/2026,,", id="with an event that cannot be read"),
        pytest.param("7,Lee,Y,,NO_SUCH_TYPE,01/02/2026,,", id="with an event of no kind"),
    ],
)
def test_a_shield_is_kept_whatever_else_is_wrong_with_its_row(rows: Read, lines: str) -> None:
    found, rejects = rows(EVENTS, f"{EVENT}{lines}\n")
    assert found[-1].shields("person")
    assert not found[-1].has_contact
    assert rejects.counts


def test_an_event_that_is_yet_to_come_is_rejected(rows: Read) -> None:
    line = "7,Lee,,,WELFARE_CHECK,{},,\n"
    soon, later = (f"{day:%d/%m/%Y}" for day in (dt.date(2026, 6, 2), dt.date(2026, 6, 4)))
    (row,), rejects = rows(EVENTS, EVENT + line.format(soon) + line.format(later) + line.format("01/05/2204"))
    assert row.moments["contact_at"].date() == dt.date(2026, 6, 1)  # midnight in London
    assert rules(rejects) == [Rule.DATE_IN_FUTURE] * 2


def test_one_case_number_for_all_that_have_none_is_none(rows: Read) -> None:
    line = "{},Lee,,N/A,WELFARE_CHECK,01/02/2024,,\n"
    found, _ = rows(EVENTS, EVENT + line.format(7) + line.format(8))
    assert ["contact_id" in row.text for row in found] == [False, False]


@pytest.mark.parametrize(
    "value", ["1983-08-06", "06.08.1983", "19830806", "WS11AA", "9434765919", "07700900123", "QQ123456C"]
)
def test_what_tells_of_a_person_is_no_code_of_a_team(rows: Read, value: str) -> None:
    """It would stand in the graph in clear: a column that was mapped to another field."""
    team = EVENTS + "  team: team\n"
    (row,), rejects = rows(team, f"{EVENT.strip()},team\n7,Lee,,,WELFARE_CHECK,01/02/2024,,,{value}\n")
    assert "team" not in row.text
    assert rules(rejects) == [Rule.NOT_A_CODE]
