"""Figures leave for publication when two different people say so, and both are in the audit log."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.api.research.borough import OFFICER, RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import Service

from mast_graph.research_releases import digest_of

pytestmark = pytest.mark.graph

MATRIX = asking_everything("transitionMatrix")
PROPOSE = """mutation ($question: ResearchQuestion!, $cohort: CohortInput) {
  proposeRelease(question: $question, cohort: $cohort) { id digest proposedAt } }"""
DECIDE = """mutation ($id: ID!, $digest: String!, $approve: Boolean!) {
  decideRelease(id: $id, digest: $digest, approve: $approve, finding: "Groups are wide") { approved } }"""
RELEASE = asking_everything("release")
RELEASES = asking_everything("releases")


def as_(
    service: Service, subject: str, document: str, role: dict[str, str], **variables: Any
) -> httpx.Response:
    token = service.issuer.issue(role["role"], role["purpose"], minutes=15, subject=subject)
    return service.post({"query": document, "variables": variables}, Authorization=f"Bearer {token}")


def code(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.fixture
def proposed(asked: Service) -> dict[str, str]:
    response = as_(asked, "researcher-1", PROPOSE, RESEARCH, question="TRANSITION_MATRIX")
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.json()["data"]["proposeRelease"]
    return found


def decide(service: Service, proposed: dict[str, str], by: str, **more: Any) -> httpx.Response:
    said = {"id": proposed["id"], "digest": proposed["digest"], "approve": True} | more
    return as_(service, by, DECIDE, OFFICER, **said)


def test_somebody_else_approves_and_then_it_may_be_had(asked: Service, proposed: dict[str, str]) -> None:
    waiting = as_(asked, "researcher-1", RELEASE, RESEARCH, id=proposed["id"])
    assert (waiting.status_code, code(waiting)) == (409, "MAST-353")
    assert decide(asked, proposed, "officer-2").status_code == 200
    released = as_(asked, "researcher-1", RELEASE, RESEARCH, id=proposed["id"]).json()["data"]["release"]
    assert (released["release"]["proposedBy"], released["release"]["decidedBy"]) == (
        "researcher-1",
        "officer-2",
    )
    assert (released["release"]["approved"], released["release"]["finding"]) == (True, "Groups are wide")
    steps = json.loads(released["content"])["steps"]["rows"]
    answered = asked.answer(MATRIX, **RESEARCH)["steps"]["rows"]
    assert [row["figures"] for row in steps] == [row["figures"] for row in answered]
    assert "P-" not in released["content"]


def test_nobody_approves_their_own(asked: Service, proposed: dict[str, str]) -> None:
    own = decide(asked, proposed, "researcher-1")
    assert (own.status_code, code(own)) == (409, "MAST-353")
    said = {"id": proposed["id"], "digest": proposed["digest"], "approve": True}
    assert code(as_(asked, "researcher-2", DECIDE, RESEARCH, **said)) == "MAST-302"
    assert decide(asked, proposed, "officer-2").status_code == 200


def test_a_decision_is_of_figures_that_were_seen_and_stands(asked: Service, proposed: dict[str, str]) -> None:
    assert code(decide(asked, proposed, "officer-2", digest="0" * 64)) == "MAST-353"
    assert decide(asked, proposed, "officer-2", approve=False).status_code == 200
    assert code(decide(asked, proposed, "officer-3")) == "MAST-353", "it was refused, and that stands"
    assert code(as_(asked, "researcher-1", RELEASE, RESEARCH, id=proposed["id"])) == "MAST-353"


def test_figures_that_were_changed_in_the_graph_are_not_those_that_were_approved(
    borough: ResearchTown, asked: Service, proposed: dict[str, str]
) -> None:
    assert decide(asked, proposed, "officer-2").status_code == 200
    change = "MATCH (r:ResearchRelease {id: '%s'}) SET r.content = replace(r.content, '%s', '%s')"
    borough.store.define(change % (proposed["id"], "level 1", "level 9"))
    for subject, role in (("researcher-1", RESEARCH), ("officer-2", OFFICER)):
        changed = as_(asked, subject, RELEASE, role, id=proposed["id"])
        assert (changed.status_code, code(changed)) == (503, "MAST-352")
        assert "approved" not in changed.text
    borough.store.define(change % (proposed["id"], "level 9", "level 1"))
    assert as_(asked, "researcher-1", RELEASE, RESEARCH, id=proposed["id"]).status_code == 200


@pytest.mark.parametrize(
    ("approve", "change"),
    [
        pytest.param(True, f"r.content = '{{}}', r.digest = '{digest_of('{}')}'", id="other figures"),
        pytest.param(False, "r.approved = true", id="what was refused"),
        pytest.param(True, "r.finding = null", id="approved by nobody"),
    ],
)
def test_an_approval_is_of_these_figures_and_nobody_writes_it_into_the_graph(
    borough: ResearchTown, asked: Service, proposed: dict[str, str], approve: bool, change: str
) -> None:
    """Whoever can write to the database and has no key cannot have other figures published."""
    assert decide(asked, proposed, "officer-2", approve=approve).status_code == 200
    borough.store.define(f"MATCH (r:ResearchRelease {{id: '{proposed['id']}'}}) SET {change}")
    forged = as_(asked, "researcher-1", RELEASE, RESEARCH, id=proposed["id"])
    assert (forged.status_code, code(forged)) == (503, "MAST-352")


def test_both_are_in_the_audit_log(asked: Service, proposed: dict[str, str]) -> None:
    decide(asked, proposed, "officer-2")
    told = [each for each in asked.audited() if proposed["id"] in str(each)]
    done = {(each["subject"], question) for each in told for question in each.get("questions", ())}
    assert {("researcher-1", "proposeRelease"), ("officer-2", "decideRelease")} <= done
    (intent,) = [each for each in told if each["event"] == "intent" and each["question"] == "decideRelease"]
    assert intent["sought"]["digest"] == proposed["digest"]


def test_what_waits_is_listed_newest_first_page_by_page(asked: Service) -> None:
    for _ in range(3):
        as_(asked, "researcher-1", PROPOSE, RESEARCH, question="TRANSITION_MATRIX")
    seen, after = list[str](), None
    while True:
        page = asked.answer(RELEASES, **OFFICER, waiting=True, first=2, after=after)
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) >= 3
    assert all(edge["node"]["approved"] is None for edge in page["edges"])
