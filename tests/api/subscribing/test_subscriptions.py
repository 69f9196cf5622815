"""What is subscribed to is told as it happens, once, on record before it leaves, to who may know it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.feeds.drops import FEED, Agency, rows
from tests.api.feeds.drops import Service as Taking
from tests.api.issuers import Clock
from tests.api.subscribing.subscriber import BROKEN, OFFICER, Subscriber, smash
from tests.town import Service, Town

from mast_api import access, policy
from mast_api.development import DevelopmentIssuer, DevelopmentKeys
from mast_api.documents import Documents, shipped
from mast_api.ports import Services
from mast_api.rates import Rate
from mast_api.tokens import TokenVerifier
from mast_graph.store import Store
from mast_resolver.errors import AuditUnavailableError

pytestmark = pytest.mark.graph

RECEIVED = "subscription { feedReceived { feed agencyId delivery { sequence state reason rows } } }"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mast_api.subscribing.news.LOOK_EVERY_S", 0.05)

    async def at_once(*_: object) -> None:
        return

    monkeypatch.setattr("mast_api.app.practice.warm_up", at_once)


@pytest.fixture
def served(town: Town, serve: Serve, services: tuple[Services, DevelopmentIssuer]) -> Service:
    town._lease.release()
    return serve()


def told(event: dict[str, Any]) -> Any:
    assert event["type"] == "next", event
    (value,) = event["payload"]["data"].values()
    return value


def test_a_broken_glass_is_told_to_the_officer_as_it_happens(served: Service) -> None:
    smash(served, "what was before is no news, it is in the queue")
    with Subscriber(served).known().subscribes() as officer:
        first = smash(served)
        event = officer.hears()
        assert event["id"] == "1"
        assert told(event) == {
            "id": first, "by": "officer-7", "targetIds": [],
            "reason": "a child is screaming inside and nobody opens",
        }  # fmt: skip
        second = smash(served, "and the smoke is coming under the door")
        assert told(officer.hears())["id"] == second


def test_each_event_is_on_record_under_one_request_before_it_leaves(served: Service) -> None:
    with Subscriber(served).known().subscribes() as officer:
        ids = []
        for _ in range(2):
            ids.append(smash(served))
            officer.hears()
        noted = [each for each in served.audited() if "glassBroken" in str(each)]
        assert {each["subject"] for each in noted} == {"officer-7"}
        assert len({each["request"] for each in noted}) == 1
        assert [each["event"] for each in noted] == ["intent", "intent", "answer", "intent", "answer"]
        answers = [each for each in noted if each["event"] == "answer"]
        assert [each["ids"] for each in answers] == [{"glasses": [id_]} for id_ in ids]


def test_nothing_is_read_or_noted_while_there_is_no_news(served: Service) -> None:
    with Subscriber(served).known().subscribes():
        before = len(served.audited())
        time.sleep(0.5)  # ten looks
        assert len(served.audited()) == before


def test_a_delivery_is_told_and_what_becomes_of_it(store: Store, served: Service, tmp_path: Path) -> None:
    agency = Agency(tmp_path / "agency")
    taking = Taking(store, tmp_path, tmp_path / "drop")
    taking.expects(agency)
    agency.delivers(taking.root, 1, rows(3))
    taking.run()
    token = served.token("administrator", "operation")
    with Subscriber(served, token=token).known().subscribes(RECEIVED) as admin:
        agency.delivers(taking.root, 3, rows(3))
        taking.run()
        event = told(admin.hears())
        assert (event["feed"], event["delivery"]["reason"]) == (FEED, "out-of-order")
        taking.release(3)
        assert told(admin.hears())["delivery"]["state"] == "loaded"
        assert "Tester" not in str(event)


def test_a_feed_hears_of_its_own_agency_s_deliveries_only(
    store: Store, served: Service, tmp_path: Path
) -> None:
    agency = Agency(tmp_path / "agency")
    taking = Taking(store, tmp_path, tmp_path / "drop")
    taking.expects(agency)

    def feed(of: str) -> Subscriber:
        token = served.issuer.issue("feed", "operation", minutes=5, subject="f", agency=of)
        return Subscriber(served, token=token).known().subscribes(RECEIVED)

    with feed("test-housing") as own, feed("police") as other:
        agency.delivers(taking.root, 1, rows(3))
        taking.run()
        assert told(own.hears())["feed"] == FEED
        with pytest.raises(TimeoutError):
            other.socket.recv(timeout=3)


def test_who_may_not_ask_is_refused_and_that_is_on_record(served: Service) -> None:
    token = served.token("safeguarding-analyst", "safeguarding-enquiry")
    with Subscriber(served, token=token).known().subscribes() as analyst:
        refused = analyst.hears()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "MAST-302")
    assert [each["event"] for each in served.audited()[-2:]] == ["refused", "answer"]


@pytest.fixture
def aging(serve: Serve, services: tuple[Services, DevelopmentIssuer], tmp_path: Path, town: Town,
          clock: Clock) -> Service:  # fmt: skip
    """Where time passes for tokens."""
    town._lease.release()
    settings = services[0].settings
    tokens = TokenVerifier(
        DevelopmentKeys(tmp_path / "token_key.json"),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        max_minutes=60,
        clock=clock,
    )
    return serve(tokens=tokens)


def test_a_token_that_expires_ends_a_running_subscription_at_its_next_event(
    aging: Service, clock: Clock
) -> None:
    with Subscriber(aging).known().subscribes() as officer:
        smash(aging)
        told(officer.hears())
        clock.now = clock.now.replace(hour=9, minute=50)
        aging.services.glass.smash(
            access.Caller("pc-1", "response-officer", access.Purpose.RESPONSE, "t"),
            reason="smoke comes out of every window", minutes=5,
        )  # fmt: skip
        assert officer.closed() == (4403, "MAST-301: the token has expired")


def test_an_issuer_that_takes_its_key_back_ends_it_too(aging: Service, tmp_path: Path) -> None:
    with Subscriber(aging).known().subscribes() as officer:
        (tmp_path / "token_key.json").unlink()
        aging.services.glass.smash(
            access.Caller("pc-1", "response-officer", access.Purpose.RESPONSE, "t"),
            reason="smoke comes out of every window", minutes=5,
        )  # fmt: skip
        assert officer.closed()[0] == 4403


def test_a_right_that_is_taken_away_ends_it_too(served: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with Subscriber(served).known().subscribes() as officer:
        rest = [
            text.replace('Question::"glassBroken",', "").replace('Question::"glassBroken"', "")
            for text in policy._texts(".cedar")
        ]
        narrower = policy.Policy.of(
            rest, roles=list(access.Role), purposes=list(access.Purpose),
            questions=list(access.Question), data_classes=[],
        )  # fmt: skip
        monkeypatch.setattr(access, "in_force", lambda: narrower)
        smash(served)
        ended = officer.hears()
        assert (ended["type"], ended["payload"][0]["extensions"]["code"]) == ("error", "MAST-302")
        officer.says(type="ping")
        assert officer.hears() == {"type": "pong"}, "the socket is open still"


def test_an_expired_token_closes_an_open_socket_though_nothing_happens(
    aging: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.subscribing.socket.KNOWN_EVERY_S", 0.05)
    with Subscriber(aging).known().subscribes() as officer:
        clock.now = clock.now.replace(hour=9, minute=50)
        assert officer.closed() == (4403, "MAST-301: the token has expired")


def test_the_rate_delays_what_is_told_and_loses_none(served: Service, serve: Serve) -> None:
    slow = serve(rate=Rate(60))
    with Subscriber(slow).known().subscribes() as officer:
        slow.services.rate._buckets.put(("officer-7", OFFICER["purpose"]), (0.5, slow.services.clock()))
        broken = smash(slow)
        slow.services.rate._buckets.put(("officer-7", OFFICER["purpose"]), (60.0, slow.services.clock()))
        assert told(officer.hears())["id"] == broken


def test_only_registered_documents_are_subscribed_to_where_that_is_set(town: Town, serve: Serve) -> None:
    town._lease.release()
    service = serve(documents=Documents.read(None, only=True))
    with Subscriber(service).known().subscribes() as officer:
        refused = officer.hears()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "MAST-313")
        officer.subscribes(shipped("glass_broken"))
        service.services.glass.smash(
            access.Caller("pc-1", "response-officer", access.Purpose.RESPONSE, "t"),
            reason="smoke comes out of every window", minutes=5,
        )  # fmt: skip
        assert told(officer.hears())["by"] == "pc-1"


def test_an_unexpected_fault_is_masked_here_and_in_the_log(
    served: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(*_: object, **__: object) -> None:
        raise RuntimeError("Grace Okonkwo")

    monkeypatch.setattr("mast_api.schema.subscription.glasses", faulty)
    with Subscriber(served).known().subscribes() as officer:
        ended = officer.hears()
        assert (ended["type"], ended["payload"][0]["extensions"]["code"]) == ("error", "MAST-000")
    assert "Grace" not in str(ended) + caplog.text
    assert served.audited()[-1]["codes"] == ["MAST-000"]


def test_without_an_audit_entry_nothing_is_told(served: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with Subscriber(served).known().subscribes() as officer:
        smashed = smash(served)

        async def full(*_: object) -> None:
            raise AuditUnavailableError("the disk is full", fix="free space")

        told(officer.hears())
        monkeypatch.setattr(type(served.services.audit), "append", full)
        served.services.glass.smash(
            access.Caller("pc-1", "response-officer", access.Purpose.RESPONSE, "t"),
            reason="smoke comes out of every window", minutes=5,
        )  # fmt: skip
        assert officer.closed() == (4500, "Internal server error")
        assert smashed


def test_what_is_completed_is_told_no_more(served: Service) -> None:
    with Subscriber(served).known().subscribes() as officer:
        officer.says(type="complete", id="1")
        officer.subscribes(BROKEN, "2")
        smash(served)
        assert officer.hears()["id"] == "2"
        officer.says(type="ping")
        assert officer.hears() == {"type": "pong"}
