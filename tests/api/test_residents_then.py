"""What happened at a place is told apart from who came after it: a former tenant's history stays theirs."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from rich.console import Console
from tests.town import Service, Town, ago

from mast_api.case_study import DOCUMENT, Question, show_answer
from mast_api.terminal import Terminal

HOME = "14 High Street, Walsall WS1 1AA"
ASK = """
query ($address: String!) {
  concernsAtAddress(address: $address, first: 50) {
    contacts { edges {
      parts personIds node { at }
      residentsThen { livedHereIds movedInAfterIds firstKnownAfterIds says }
    } }
    parts { part agencies { agency { id } latestAt residentsAtLatest { livedHereIds movedInAfterIds says } } }
    agencies { residentsAtLatest { says } }
    households { members { personId } }
  }
}
"""


def tenants(town: Town, moved: dt.datetime) -> None:
    """Omar until a day, Ruth from that day on."""
    town.says("housing", "1", person="Omar Iqbal", place=HOME, lives=(ago(300), moved))
    town.says("housing", "2", person="Ruth Ames", place=HOME, lives=(moved, None))


def thens(answer: Any) -> list[tuple[list[str], list[str], list[str]]]:
    """Who lived here, moved in after, and was first known after, of every contact about the place."""
    return [
        tuple(edge["residentsThen"][key] for key in ("livedHereIds", "movedInAfterIds", "firstKnownAfterIds"))
        for edge in answer["contacts"]["edges"]
        if "PLACE" in edge["parts"]
    ]


@pytest.mark.parametrize(
    ("at", "lived", "after"),
    [
        pytest.param(ago(301), [], {"P-omar", "P-ruth"}, id="before either"),
        pytest.param(ago(300), ["P-omar"], {"P-ruth"}, id="the moment the first moves in"),
        pytest.param(ago(200), ["P-omar"], {"P-ruth"}, id="in the time of the first"),
        pytest.param(
            ago(100) - dt.timedelta(milliseconds=1), ["P-omar"], {"P-ruth"}, id="the last moment of the first"
        ),
        pytest.param(ago(100), ["P-ruth"], set(), id="the moment one leaves and the other comes"),
        pytest.param(ago(50), ["P-ruth"], set(), id="in the time of the second"),
    ],
)
def test_who_came_after_what_happened_is_told_apart_from_who_lived_there(
    town: Town, service: Service, at: dt.datetime, lived: list[str], after: set[str]
) -> None:
    tenants(town, ago(100))
    town.says("police", "p", place=HOME, contact="NEIGHBOUR_CONCERN", at=at)
    town.resolve({"omar": [("housing", "1")], "ruth": [("housing", "2")]})
    answer = service.answer(ASK, address=HOME)
    [(here, later, unsure)] = thens(answer)
    assert (here, set(later), unsure) == (lived, after, [])
    [edge] = answer["contacts"]["edges"]
    assert edge["personIds"] == []
    place = answer["parts"][0]["agencies"][0]["residentsAtLatest"]
    assert (place["livedHereIds"], set(place["movedInAfterIds"])) == (lived, after)
    assert place["says"].startswith(f"{len(lived) or 'None'} of the 2 people listed lived here then")


def test_whom_nobody_states_to_have_moved_in_is_not_said_to_have(town: Town, service: Service) -> None:
    town.says("police", "p", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(200))
    town.says("nhs", "n", person="Ruth Ames", place=HOME, contact="ED_ATTENDANCE", at=ago(30))
    town.resolve({"ruth": [("nhs", "n")]})
    answer = service.answer(ASK, address=HOME)
    assert ([], [], ["P-ruth"]) in thens(answer)
    says = next(
        edge["residentsThen"]["says"] for edge in answer["contacts"]["edges"] if edge["residentsThen"]
    )
    assert "of 1 who is known here only since, nobody says" in says


def test_contacts_of_people_and_totals_say_nothing_of_residents(town: Town, service: Service) -> None:
    tenants(town, ago(100))
    town.says("housing", "3", person="Omar Iqbal", contact="ASB_CASE", at=ago(150))
    town.resolve({"omar": [("housing", "1"), ("housing", "3")], "ruth": [("housing", "2")]})
    answer = service.answer(ASK, address=HOME)
    [edge] = answer["contacts"]["edges"]
    assert (edge["parts"], edge["personIds"], edge["residentsThen"]) == (
        ["FORMER_RESIDENT"],
        ["P-omar"],
        None,
    )
    assert [each["residentsAtLatest"] for each in answer["agencies"]] == [None]


def test_the_table_of_the_case_study_says_who_came_after(town: Town, service: Service) -> None:
    tenants(town, ago(100))
    town.says("police", "p", place=HOME, contact="NEIGHBOUR_CONCERN", at=ago(200))
    town.says("housing", "3", person="Ruth Ames", contact="ASB_CASE", at=ago(50))
    town.resolve({"omar": [("housing", "1")], "ruth": [("housing", "2"), ("housing", "3")]})
    response = service.ask(DOCUMENT, address=HOME, country="GB")
    out = io.StringIO()
    terminal = Terminal(as_json=False)
    terminal.out = Console(file=out, width=400)
    show_answer(terminal, Question(HOME, "GB", ago(0), "1"), response.json()["data"])
    place, people = out.getvalue().split("Contacts of people who live here, since they do.")
    assert "who lived here then" in place
    assert "1 of the 2 people listed lived here then; 1 moved in after it." in place
    assert "who lived here then" not in people
