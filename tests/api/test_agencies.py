"""What agencies are called is told to whoever is answered with ids of them, and to nobody else."""

from __future__ import annotations

import pytest
from tests.town import AGENCIES, Service

ASKED = "{ agencies { id name kind } }"


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        ("steward", "safeguarding-enquiry"),
        ("safeguarding-analyst", "safeguarding-enquiry"),
        ("information-governance-officer", "information-governance"),
        ("administrator", "operation"),
        ("researcher", "research"),
    ],
)
def test_they_are_listed_by_id_with_their_names(service: Service, role: str, purpose: str) -> None:
    answer = service.ask(ASKED, role=role, purpose=purpose).json()
    assert [(each["id"], each["name"]) for each in answer["data"]["agencies"]] == [
        (each, each.title()) for each in sorted(AGENCIES)
    ]
    assert service.audited()[-1]["questions"] == ["agencies"]


def test_who_is_told_names_with_each_answer_may_not_ask(service: Service) -> None:
    refused = service.ask(ASKED, role="response-officer", purpose="safeguarding-response").json()
    assert refused["errors"][0]["extensions"]["code"] == "MAST-302"
