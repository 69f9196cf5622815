"""What an agreement does not allow is kept back from every question, and said to be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from tests.town import AGREEMENT, GATEWAY, NOW, Service, Town, ago

from mast_graph.agreement import Term, View
from mast_graph.agreements import end_agreement, review_agreement, write_agreement

HOME = "14 High Street, Walsall WS1 1AA"
TODAY = NOW.date()
DESK = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
PAGE = "contacts { edges { node { type } } pageInfo { endCursor } } withheld { dataClass says }"
PLACE = f"""query($a: String!, $after: String) {{
  concernsAtAddress(address: $a, first: 1, after: $after) {{ {PAGE} }} }}"""
REGISTER = """{ agreements { id version serves warning partyIds purposes owner changedBy
  terms { dataClass gateway view months retentionMonths } } }"""

CONTACTS = "contacts { edges { node { type } } }"
QUESTIONS = {
    "concernsAtAddress": f'{{ concernsAtAddress(address: "{HOME}") {{ {CONTACTS} }} }}',
    "person": f'{{ person(id: "P-ruth") {{ people {{ {CONTACTS} }} }} }}',
    "household": f"query($h: ID!) {{ household(id: $h) {{ households {{ {CONTACTS} }} }} }}",
    "householdNetwork": "query($h: ID!) { householdNetwork(id: $h) { contacts { contact { type } } } }",
    "networkExtract": "{ networkExtract { people { agencies { countIn12Months } } } }",
}


@pytest.fixture
def ruth(town: Town) -> Town:
    """A woman at an address, known to two agencies under one agreement."""
    town.says("police", "p1", person="Ruth Ames", place=HOME, lives=(ago(400), None))
    town.says("police", "p2", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(20))
    town.says("fire", "f1", place=HOME, contact="FIRE_INCIDENT", at=ago(200))
    town.resolve({"ruth": [("police", "p1"), ("police", "p2")]})
    return town


def in_force(town: Town, **changed: Any) -> None:
    town.store.write(lambda tx: write_agreement(tx, replace(AGREEMENT, **changed), at=NOW))


def types(answer: Any) -> list[str]:
    return [edge["node"]["type"] for edge in answer["contacts"]["edges"]]


def why(answer: Any, data_class: str) -> str:
    return next((str(each["says"]) for each in answer["withheld"] if each["dataClass"] == data_class), "")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"ends": TODAY}, "mash-2026 has ended, or was not reviewed", id="ended"),
        pytest.param(
            {"review_by": TODAY - dt.timedelta(days=1)},
            "mash-2026 has ended, or was not reviewed",
            id="unreviewed",
        ),
        pytest.param({"review_by": None}, "mash-2026 has ended, or was not reviewed", id="due for no review"),
        pytest.param(
            {"terms": (Term("police", ""), Term("fire", ""))}, "names no legal gateway", id="no gateway"
        ),
        pytest.param({"starts": TODAY + dt.timedelta(days=1)}, "does not cover your purpose", id="not yet"),
        pytest.param({"purposes": ("research",)}, "does not cover your purpose", id="another purpose"),
    ],
)
def test_an_agreement_that_is_not_in_force_serves_nobody(
    ruth: Town, service: Service, changed: dict[str, Any], says: str
) -> None:
    assert types(service.answer(PLACE, a=HOME)) == ["DOMESTIC_ABUSE_INCIDENT"]
    in_force(ruth, **changed)
    answer = service.answer(PLACE, a=HOME)
    assert types(answer) == []
    assert says in why(answer, "police")


@pytest.mark.parametrize("last_day", [{"ends": TODAY + dt.timedelta(days=1)}, {"review_by": TODAY}])
def test_on_its_last_day_it_still_serves(ruth: Town, service: Service, last_day: dict[str, Any]) -> None:
    in_force(ruth, **last_day)
    assert types(service.answer(PLACE, a=HOME)) == ["DOMESTIC_ABUSE_INCIDENT"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_heeds_it(ruth: Town, service: Service, question: str) -> None:
    households = service.answer(
        "query($a: String!) { concernsAtAddress(address: $a) { households { id } } }", a=HOME
    )
    variables = {"h": households["households"][0]["id"]} if "$h" in QUESTIONS[question] else {}
    before = str(service.answer(QUESTIONS[question], **variables, **DESK))
    ruth.store.write(lambda tx: end_agreement(tx, AGREEMENT.id, by="dpo", at=NOW))
    after = str(service.answer(QUESTIONS[question], **variables, **DESK))
    mark = "countIn12Months" if question == "networkExtract" else "DOMESTIC_ABUSE_INCIDENT"
    assert mark in before
    assert mark not in after


def test_it_ends_between_two_pages(ruth: Town, service: Service) -> None:
    first = service.answer(PLACE, a=HOME)
    ruth.store.write(lambda tx: end_agreement(tx, AGREEMENT.id, by="dpo", at=NOW))
    second = service.answer(PLACE, a=HOME, after=first["contacts"]["pageInfo"]["endCursor"])
    assert types(second) == []
    assert "has ended" in why(second, "fire")


def test_a_review_brings_it_back(ruth: Town, service: Service) -> None:
    in_force(ruth, review_by=TODAY - dt.timedelta(days=1))
    assert types(service.answer(PLACE, a=HOME)) == []
    due = TODAY + dt.timedelta(days=365)
    ruth.store.write(lambda tx: review_agreement(tx, AGREEMENT.id, by="dpo", review_by=due, at=NOW))
    assert types(service.answer(PLACE, a=HOME)) == ["DOMESTIC_ABUSE_INCIDENT"]


def test_each_class_has_a_window_of_its_own_and_open_episodes_none(ruth: Town, service: Service) -> None:
    ruth.says("housing", "h1", place=HOME, contact="ASB_CASE", at=ago(900))
    ruth.resolve({"ruth": [("police", "p1"), ("police", "p2")]})
    in_force(
        ruth,
        terms=(Term("police", GATEWAY), Term("fire", GATEWAY, months=3), Term("housing", GATEWAY, months=1)),
    )
    every = f'{{ concernsAtAddress(address: "{HOME}") {{ {PAGE} }} }}'
    assert types(service.answer(every)) == ["DOMESTIC_ABUSE_INCIDENT", "ASB_CASE"]
    assert "does not cover" in why(service.answer(every), "health")


def test_what_an_agency_shares_that_is_no_party_is_kept_back(ruth: Town, service: Service) -> None:
    in_force(ruth, parties=("fire",))
    assert types(service.answer(PLACE, a=HOME)) == ["FIRE_INCIDENT"]


@pytest.mark.parametrize(
    ("agency", "seen"),
    [
        pytest.param("police", ["DOMESTIC_ABUSE_INCIDENT"], id="a party"),
        pytest.param("a-charity", [], id="no party"),
    ],
)
def test_whoever_works_for_no_party_sees_nothing_under_it(
    ruth: Town, service: Service, agency: str, seen: list[str]
) -> None:
    token = service.issuer.issue(
        "response-officer", "safeguarding-response", minutes=15, subject="s", agency=agency
    )
    response = service.post({"query": PLACE, "variables": {"a": HOME}}, Authorization=f"Bearer {token}")
    answer = response.json()["data"]["concernsAtAddress"]
    assert types(answer) == seen
    assert bool(seen) or "not a party" in why(answer, "police")


@pytest.mark.parametrize("role", ["response-officer", "safeguarding-practitioner"])
def test_practitioners_see_the_latest_whatever_an_agreement_grants(
    ruth: Town, service: Service, role: str
) -> None:
    ruth.says("police", "p3", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(30))
    ruth.says("police", "p4", person="Ruth Ames", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(390))
    ruth.resolve({"ruth": [("police", each) for each in ("p1", "p2", "p3", "p4")]})
    in_force(ruth, terms=tuple(Term(name, GATEWAY, view=View.FULL, months=36) for name in ("police", "fire")))
    every = f'{{ concernsAtAddress(address: "{HOME}") {{ {PAGE} agencies {{ countIn12Months }} }} }}'
    answer = service.answer(every, role=role)
    assert types(answer) == ["DOMESTIC_ABUSE_INCIDENT", "FIRE_INCIDENT"]
    assert [each["countIn12Months"] for each in answer["agencies"]] == [2, 1]
    assert types(service.answer(every, **DESK)).count("DOMESTIC_ABUSE_INCIDENT") == 3


def test_the_register_warns_of_what_serves_nobody(ruth: Town, service: Service) -> None:
    in_force(ruth, review_by=None, terms=(Term("police", GATEWAY), Term("fire", "")))
    (entry,) = service.answer(REGISTER, **OFFICER)
    assert not entry["serves"]
    assert entry["warning"] == (
        "serves nobody: no day is named by which it is to be reviewed; "
        "serves nothing of fire: no legal gateway is named"
    )


def test_the_register_is_for_those_who_answer_for_it(ruth: Town, service: Service) -> None:
    in_force(
        ruth,
        owner="the council",
        terms=(Term("police", "s115", View.FULL, 24, 48),),
        review_by=TODAY + dt.timedelta(days=10),
    )
    (entry,) = service.answer(REGISTER, **OFFICER)
    assert entry["terms"] == [
        {"dataClass": "police", "gateway": "s115", "view": "FULL", "months": 24, "retentionMonths": 48}
    ]
    assert (entry["version"], entry["serves"], entry["owner"]) == (2, True, "the council")
    assert entry["warning"].startswith("stops serving unless reviewed by")
    refused = service.ask(REGISTER, **DESK)
    assert refused.json()["errors"][0]["extensions"]["code"] == "MAST-302"


CHILD_PROTECTION = {"role": "safeguarding-analyst", "purpose": "child-protection-enquiry"}


def test_sensitive_health_needs_a_purpose_that_the_policy_and_an_agreement_name(
    ruth: Town, service: Service
) -> None:
    """Neither the class nor the purpose alone is enough, and no other question shows it."""
    ruth.says("nhs", "n1", person="Ruth Ames", contact="SEXUAL_HEALTH_CONTACT", at=ago(5))
    ruth.resolve({"ruth": [("police", "p1"), ("police", "p2"), ("nhs", "n1")]})
    ask = f"""{{ person(id: "P-ruth") {{ people {{ {CONTACTS} }} withheld {{ dataClass by }} }} }}"""

    def told(who: dict[str, str]) -> tuple[bool, set[str]]:
        answer = service.answer(ask, **who)
        kept = {each["by"] for each in answer["withheld"] if each["dataClass"] == "sensitive_health"}
        return "SEXUAL_HEALTH_CONTACT" in types(answer["people"][0]), kept

    assert told(DESK) == (False, {"ROLE"})
    assert told(CHILD_PROTECTION) == (False, {"AGREEMENT"}), "the agreement does not name the purpose"
    in_force(ruth, purposes=(*AGREEMENT.purposes, "child-protection-enquiry"))
    assert told(DESK) == (False, {"ROLE"})
    assert told(CHILD_PROTECTION) == (True, set())
    others = tuple(term for term in AGREEMENT.terms if term.data_class != "sensitive_health")
    in_force(ruth, purposes=(*AGREEMENT.purposes, "child-protection-enquiry"), terms=others)
    assert told(CHILD_PROTECTION) == (False, {"AGREEMENT"})
    refused = service.ask(QUESTIONS["concernsAtAddress"], **CHILD_PROTECTION).json()
    assert refused["errors"][0]["extensions"]["code"] == "MAST-302", "one person at a time"
