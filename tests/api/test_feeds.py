"""Which feed is late, asked over HTTP by those who answer for it, and by nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Serve
from tests.api.feeds.drops import FEED, Agency, rows
from tests.api.feeds.drops import Service as Taking
from tests.api.issuers import RSA, Clock, Issuer, keys_of, token, verifier
from tests.api.subscribing.subscriber import Subscriber
from tests.register import NOT_RUNNING_IT
from tests.town import Service, Town

from mast_api.tokens import Claims
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


ENTRA = Claims(subject="oid", role="roles", id="uti", agency="extension_agency")
ACCOUNT: dict[str, Any] = {"sub": "feed-of-housing", "role": "feed", "agency": "test-housing"}
AS_ENTRA_SAYS: dict[str, Any] = {
    "sub": "pairwise", "jti": None, "role": None, "oid": "feed-of-housing", "uti": "u-1", "roles": ["feed"],
    "extension_agency": "test-housing",
}  # fmt: skip


@pytest.mark.parametrize(
    ("named", "said"),
    [
        pytest.param(Claims(), ACCOUNT, id="our names"),
        pytest.param(ENTRA, AS_ENTRA_SAYS, id="others"),
    ],
)
def test_a_service_account_of_an_issuer_asks_for_its_own_agency_s_deliveries(
    taken: None, issuer: Issuer, clock: Clock, serve: Serve, named: Claims, said: dict[str, Any]
) -> None:
    """By client credentials: a subject, a role and an agency; the purpose is in the header."""
    issuer.has(RSA)
    service = serve(tokens=verifier(keys_of(issuer, clock), issuer, clock, named=named, needs_agency=True))

    def asks(query: str, **claims: Any) -> httpx.Response:
        return service.post(
            {"query": query},
            Authorization=token(issuer, RSA, "RS256", said=said | claims),
            **{"X-Purpose": "operation"},
        )

    own = asks(ASK).json()["data"]["feeds"]
    assert [(each["feed"], each["deliveries"][0]["state"]) for each in own["feeds"]] == [(FEED, "loaded")]
    assert own["unproved"] == []
    entry = service.audited()[-1]
    assert (entry["subject"], entry["role"], entry["agency"]) == ("feed-of-housing", "feed", "test-housing")
    assert asks('{ person(id: "P-1") { asOf } }').status_code == 403
    theirs = {named.agency: "police"}
    assert asks(ASK, **theirs).json()["data"]["feeds"] == {"feeds": [], "unproved": []}
    assert asks(ASK, **{named.agency: None}).status_code == 401
    assert asks(ASK, aud="others").status_code == 401


def test_a_service_account_hears_what_became_of_a_delivery_that_its_agency_sends(
    town: Town, issuer: Issuer, clock: Clock, serve: Serve, tmp_path: Path
) -> None:
    issuer.has(RSA)
    service = serve(tokens=verifier(keys_of(issuer, clock), issuer, clock, needs_agency=True))
    agency = Agency(tmp_path / "agency")
    taking = Taking(town.store, service.services.settings.data, tmp_path / "drop")
    taking.expects(agency)
    town._lease.release()
    account = token(issuer, RSA, "RS256", said={**ACCOUNT, "purpose": "operation"}).removeprefix("Bearer ")
    heard = "subscription { feedReceived { feed agencyId delivery { sequence state rows } } }"
    with Subscriber(service, token=account).known().subscribes(heard) as system:
        agency.delivers(taking.root, 1, rows(3))
        taking.run()
        told = system.hears()["payload"]["data"]["feedReceived"]
    assert told == {
        "feed": FEED,
        "agencyId": "test-housing",
        "delivery": {"sequence": 1, "state": "loaded", "rows": 3},
    }
