"""Steps between levels through the API: the numbers, whose they are, what is hidden, what is remembered."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.research.borough import MONTH_END, OFFICER, PEOPLE, RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import Service

from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import episodes
from mast_analytics.history import History
from mast_analytics.spells import spells
from mast_analytics.transitions import transitions
from mast_graph.known import read_known

pytestmark = pytest.mark.graph

MATRIX = asking_everything("transitionMatrix")


def matrix(service: Service, **cohort: Any) -> Any:
    return service.answer(MATRIX, cohort=cohort, **RESEARCH)


def refusal(service: Service, **cohort: Any) -> tuple[int, dict[str, str]]:
    response = service.ask(MATRIX, cohort=cohort, **RESEARCH)
    return response.status_code, response.json()["errors"][0]["extensions"]


def test_steps_are_those_of_the_graph_rounded_or_hidden(borough: ResearchTown, asked: Service) -> None:
    answer = matrix(asked)
    found = transitions(spells(episodes(History(read_known(borough.store)), MONTH_END)))
    rows = {row["name"]: row["figures"] for row in answer["steps"]["rows"]}
    assert answer["basis"]["subjects"]["value"] == policy("nhs").of_cohorts.base * round(PEOPLE / 10)
    for place, state in enumerate(found.states):
        for other, count in enumerate(found.counts[place].tolist()):
            shown = rows[state][other]
            assert shown["value"] is None or abs(shown["value"] - count) <= 5
            assert not 0 < count <= 7 or shown == {"value": None, "shown": "*"}
    assert any(each["value"] for row in rows.values() for each in row)
    assert any(each["shown"] == "*" for row in rows.values() for each in row)


def test_the_same_question_is_answered_alike_and_remembered_once(asked: Service) -> None:
    def remembered() -> Any:
        return asked.services.research.release("again", {}, policy("nhs"))

    first, count = matrix(asked), remembered()
    assert (matrix(asked), remembered()) == (first, count)


def test_intent_is_in_the_audit_log_before_anything_is_read(asked: Service) -> None:
    matrix(asked, by="PERSON", knownTo="police")
    events = [each for each in asked.audited() if "transitionMatrix" in str(each)][-2:]
    assert [each["event"] for each in events] == ["intent", "answer"]
    assert events[0]["sought"] == {"cohort": ["by person", "holding_days 28", "known_to police"]}
    assert "P-" not in str(events)


@pytest.mark.parametrize(
    "role", [OFFICER, {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}]
)
def test_only_researchers_may_ask(asked: Service, role: dict[str, str]) -> None:
    response = asked.ask(MATRIX, **role)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "MAST-302")


@pytest.mark.parametrize(
    ("cohort", "fact"),
    [
        ({"asOf": "2030-01-31"}, "asOf lies ahead"),
        ({"asOf": "2026-11-30"}, "asOf lies ahead"),
        ({"asOf": "2026-09-29"}, "asOf is no end of a month"),
        ({"knownAt": "2030-01-01T00:00:00Z"}, "knownAt lies ahead"),
        ({"holdingDays": 29}, "holdingDays is not one of those offered"),
        ({"firstType": "CHILDREN_REFERAL"}, "firstType is no type of contact"),
        ({"knownTo": "police; DROP"}, "knownTo is no id of an agency"),
        ({"policy": "nsh"}, "there is no such disclosure policy"),
        ({"policy": "acro"}, "that policy shows more than the one of this service"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    asked: Service, cohort: dict[str, Any], fact: str
) -> None:
    status, said = refusal(asked, **cohort)
    assert (status, said["code"], said["fact"]) == (400, "MAST-312", fact)
    assert said["fix"]
