"""Which feed is late, asked over HTTP by those who answer for it, and by nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.feeds.drops import FEED, Agency, rows
from tests.api.feeds.drops import Service as Taking
from tests.register import NOT_RUNNING_IT
from tests.town import Service

from mast_graph.store import Store

pytestmark = pytest.mark.graph

ASK = """{ feeds {
  feeds { feed agencyId dueAt late waiting warnings
    deliveries { sequence sentAt receivedAt state reason files rows rowsRejected } }
  unproved { state reason sequence } } }"""
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
ADMINISTRATOR = {"role": "administrator", "purpose": "operation"}


@pytest.fixture
def taken(store: Store, tmp_path: Path) -> None:
    """One delivery that was loaded and one that was forged; no lease of the test's own town is in the way."""
    agency = Agency(tmp_path / "agency")
    taking = Taking(store, tmp_path, tmp_path / "drop")
    taking.expects(agency)
    agency.delivers(taking.root, 1, rows(3))
    forged = agency.delivers(taking.root, 2, rows(3))
    (forged / "manifest.sig").write_bytes(bytes(64))
    taking.run()


@pytest.mark.parametrize("who", [OFFICER, ADMINISTRATOR], ids=["officer", "administrator"])
def test_who_answers_for_feeds_is_told_of_them(taken: None, service: Service, who: dict[str, str]) -> None:
    told = service.answer(ASK, **who)
    ((feed,), (unproved,)) = told["feeds"], told["unproved"]
    assert (feed["feed"], feed["agencyId"]) == (FEED, "test-housing")
    (delivery,) = feed["deliveries"]
    assert (delivery["sequence"], delivery["state"], delivery["rows"]) == (1, "loaded", 3)
    assert (unproved["reason"], unproved["sequence"]) == ("bad-signature", 0)
    assert "Tester" not in str(told)
    assert service.audited()[-1]["questions"] == ["feeds"]


def test_nobody_else_is(service: Service) -> None:
    for role, purpose in NOT_RUNNING_IT:
        refused = service.ask(ASK, role=role, purpose=purpose)
        assert refused.json()["errors"][0]["extensions"]["code"] == "MAST-302"


def told(service: Service, agency: str | None) -> dict[str, Any]:
    token = service.issuer.issue("feed", "operation", minutes=5, subject="f", agency=agency)
    response = service.post({"query": ASK}, Authorization=f"Bearer {token}")
    assert response.status_code == 200, response.text
    return dict(response.json()["data"]["feeds"])


def test_a_feed_is_told_of_its_own_agency_s_deliveries_and_of_no_other(taken: None, service: Service) -> None:
    own = told(service, "test-housing")
    assert [(each["feed"], len(each["deliveries"])) for each in own["feeds"]] == [(FEED, 1)]
    assert own["unproved"] == [], "whose that is is not known"
    for other in ("police", None):
        assert told(service, other) == {"feeds": [], "unproved": []}
