"""What of the network may leave for research: what an agreement shares for it, at the moment of asking."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from tests.register import ENQUIRY
from tests.town import AGREEMENT, GATEWAY, NOW, Service, Town, ago

from mast_graph.agreement import Agreement, Term
from mast_graph.agreements import end_agreement, write_agreement

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
STUDY = replace(
    AGREEMENT,
    id="study-2026",
    purposes=("safeguarding-enquiry", "research"),
    parties=("housing", "fire"),
    terms=(Term("housing", GATEWAY), Term("fire", GATEWAY)),
)
EXTRACT = """query ($under: String) { networkExtract(forResearchUnder: $under) {
  households { memberCount members { personId } }
  people { personId agencies { agency { id } countIn12Months openEpisodes } }
  relations { listed { personId relativeId agency { id } } } } }"""


@pytest.fixture
def home(town: Town) -> Town:
    """Ann and Ben, brother and sister, and Cai live together; of Cai nothing is shared for the study."""
    for name in ("Ann", "Ben", "Cai"):
        more: dict[str, Any] = {"related_to": "Ann", "relation": "SIBLING"} if name == "Ben" else {}
        town.says("housing", name, person=f"{name} Leeson", place=HOME, lives=(ago(700), None),
                  agreement=STUDY.id, **more)  # fmt: skip
    for name in ("Ann", "Ben"):
        town.says("housing", name, person=f"{name} Leeson", contact="ASB_CASE", at=ago(90),
                  closed=ago(80), agreement=STUDY.id)  # fmt: skip
    for number, days in enumerate((20, 30)):
        town.says("police", f"p{number}", person="Cai Leeson", contact="MISSING_PERSON", at=ago(days))
    town.says("police", "pa", person="Ann Leeson", contact="MISSING_PERSON", at=ago(25))
    stated(town, STUDY)
    town.resolve(
        {
            "ann": [("housing", "Ann"), ("police", "pa")],
            "ben": [("housing", "Ben")],
            "cai": [("housing", "Cai"), ("police", "p0"), ("police", "p1")],
        }
    )
    return town


def stated(town: Town, agreement: Agreement) -> None:
    town.store.write(lambda tx: write_agreement(tx, agreement, at=NOW))


def extract(service: Service, under: str | None = STUDY.id) -> Any:
    return service.answer(EXTRACT, under=under, **ENQUIRY)


def refused(service: Service, under: str, **who: str) -> str:
    answer = service.ask(EXTRACT, under=under, **(who or ENQUIRY)).json()
    assert not (answer["data"] or {}).get("networkExtract")
    return str(answer["errors"][0]["extensions"]["code"])


def known(answer: Any) -> dict[str, list[str]]:
    return {each["personId"]: [one["agency"]["id"] for one in each["agencies"]] for each in answer["people"]}


def test_for_an_enquiry_it_is_what_serves_the_enquiry(home: Town, service: Service) -> None:
    answer = extract(service, under=None)
    assert known(answer) == {"P-ann": ["housing", "police"], "P-ben": ["housing"], "P-cai": ["police"]}
    assert len(answer["relations"]["listed"]) == 1


def test_for_research_it_is_what_the_agreement_of_the_release_shares_and_nobody_else(
    home: Town, service: Service
) -> None:
    """What police share under another agreement is not in it, nor who is known by that alone."""
    answer = extract(service)
    assert known(answer) == {"P-ann": ["housing"], "P-ben": ["housing"]}
    (household,) = answer["households"]
    assert household["memberCount"] == 2
    assert "P-cai" not in str(answer)
    assert [each["agency"]["id"] for each in answer["relations"]["listed"]] == ["housing"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"purposes": ("safeguarding-enquiry",)}, id="not for research"),
        pytest.param({"purposes": ("research",)}, id="not for the enquiry of who asks"),
        pytest.param({"ends": NOW.date()}, id="ended"),
        pytest.param({"review_by": NOW.date() - dt.timedelta(days=1)}, id="not reviewed"),
        pytest.param({"starts": NOW.date() + dt.timedelta(days=1)}, id="not yet"),
        pytest.param({"review_by": None}, id="due for no review"),
        pytest.param({"terms": (Term("housing", ""), Term("fire", ""))}, id="no gateway"),
    ],
)
def test_an_agreement_that_does_not_serve_research_releases_nothing(
    home: Town, service: Service, changed: dict[str, Any]
) -> None:
    assert extract(service)["people"]
    stated(home, replace(STUDY, **changed))
    assert refused(service, STUDY.id) == "MAST-302"


def test_one_that_ends_releases_nothing_from_then_on(home: Town, service: Service) -> None:
    home.store.write(lambda tx: end_agreement(tx, STUDY.id, by="dpo", at=NOW))
    assert refused(service, STUDY.id) == "MAST-302"


def test_another_agreement_is_no_way_round(home: Town, service: Service) -> None:
    assert refused(service, AGREEMENT.id) == "MAST-302", "it shares nothing for research"
    assert refused(service, "of-nobody-knows") == "MAST-302"
    assert refused(service, "") == "MAST-312", "none is not every one"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"terms": (Term("fire", GATEWAY),)}, id="another class"),
        pytest.param({"parties": ("fire",)}, id="no party"),
        pytest.param({"terms": (Term("housing", GATEWAY, months=1), Term("fire", GATEWAY))}, id="shorter"),
    ],
)
def test_what_it_shares_no_more_is_not_released(
    home: Town, service: Service, changed: dict[str, Any]
) -> None:
    home.says("fire", "f1", place=HOME, contact="FIRE_INCIDENT", at=ago(10))
    stated(home, replace(STUDY, **changed))
    assert extract(service)["people"] == []


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        pytest.param("researcher", "research", id="a researcher"),
        pytest.param("safeguarding-analyst", "safeguarding-response", id="not in an enquiry"),
        pytest.param("information-governance-officer", "information-governance", id="an officer"),
    ],
)
def test_no_researcher_is_given_a_row_of_a_person(
    home: Town, service: Service, role: str, purpose: str
) -> None:
    assert refused(service, STUDY.id, role=role, purpose=purpose) == "MAST-302"
