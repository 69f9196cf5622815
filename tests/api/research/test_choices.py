"""What a form of research offers: all of it is answered, and nothing of it is about anybody."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.research.borough import OFFICER, RESEARCH
from tests.everything import asking_everything
from tests.town import AGENCIES, Service

pytestmark = pytest.mark.graph

CHOICES = asking_everything("researchChoices")
MATRIX = "query($cohort: CohortInput) { transitionMatrix(cohort: $cohort) { basis { asOf } } }"


def test_what_is_offered_is_what_may_be_asked(asked: Service) -> None:
    offered = asked.answer(CHOICES, **RESEARCH)
    assert offered["policies"][0]["name"] == "nhs"
    assert "acro" not in str(offered["policies"]), "it shows more than the policy of the service"
    assert offered["asOf"][:3] == ["2026-10-31", "2026-09-30", "2026-08-31"]
    assert set(offered["agencyIds"]) == set(AGENCIES)
    cohorts: list[dict[str, Any]] = [
        {"asOf": offered["asOf"][0], "policy": offered["policies"][0]["name"]},
        *({"holdingDays": days} for days in offered["holdingDays"]),
        {"firstType": offered["types"][0]["name"], "knownTo": offered["agencyIds"][0]},
    ]
    for cohort in cohorts:
        response = asked.ask(MATRIX, cohort=cohort, **RESEARCH)
        said = response.json().get("errors", [{"extensions": {"code": ""}}])[0]["extensions"]["code"]
        assert said in ("", "MAST-350"), (cohort, response.text)


def test_types_are_those_that_the_role_may_count(asked: Service) -> None:
    types = {each["name"]: each for each in asked.answer(CHOICES, **RESEARCH)["types"]}
    assert types["CHILD_PROTECTION_PLAN"]["severity"] == 5
    assert "SEXUAL_HEALTH_CONTACT" not in types


def test_it_is_for_researchers_and_on_record(asked: Service) -> None:
    response = asked.ask(CHOICES, **OFFICER)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "MAST-302")
    asked.answer(CHOICES, **RESEARCH)
    assert "researchChoices" in str(asked.audited()[-2:])
