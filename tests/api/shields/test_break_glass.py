"""Breaking the glass: for a reason, on record first, told at once, over in an hour, reviewed by another."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Serve
from tests.town import NOW, Service, Town, ago

from mast_api.access import Caller, Purpose
from mast_api.breaking_glass import BreakingGlass
from mast_api.schema.address_types import Stage
from mast_api.schema.places import SAYS
from mast_api.telling import GlassNotices, Officer, Telling, tell
from mast_resolver.errors import KeyMissingError, SettingsError

REFUGE = "Rose House, 3 Mill Lane, Walsall WS2 2AA"
WHY = "a child is screaming inside and nobody opens"
SHOWN = """id until says notShown places { addressId stage says residentIds residentCount unitCount
  units { addressId residentIds residentCount } } people { personId homeIds }
  contacts { personIds contact { type status team { name phone } } } withheld { dataClass }
  caution { text }"""
BREAK = f"""mutation($t: GlassTarget!, $why: String!, $m: Int! = 15) {{
  breakGlass(target: $t, reason: $why, minutes: $m) {{ {SHOWN} }} }}"""
AGAIN = f"query($id: ID!) {{ behindGlass(id: $id) {{ {SHOWN} }} }}"
QUEUE = """query($waiting: Boolean! = true, $first: Int! = 20, $after: String) {
  breakGlasses(waiting: $waiting, first: $first, after: $after) {
    edges { node { id by role purpose reason targetIds until toldAt reviewedBy justified finding } }
    pageInfo { hasNextPage endCursor } } }"""
REVIEW = """mutation($id: ID!, $ok: Boolean!, $finding: String!) {
  reviewBreakGlass(id: $id, justified: $ok, finding: $finding) { id justified } }"""
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}


@pytest.fixture
def refuge(town: Town) -> Town:
    town.says("housing", "h1", person="Ada Fox", place=REFUGE, lives=(ago(30), None), shielded="address")
    town.says("police", "p1", person="Ada Fox", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(40))
    town.says("housing", "h2", place=REFUGE, contact="ASB_CASE", at=ago(500))
    town.resolve({"ada": [("housing", "h1"), ("police", "p1")]})
    return town


def smash(service: Service, target: dict[str, Any], **more: Any) -> Any:
    return service.answer(BREAK, t=target, why=WHY, **more)


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def kinds(answer: Any) -> list[str]:
    return [each["contact"]["type"] for each in answer["contacts"]]


def test_behind_the_glass_is_who_lives_there_and_whom_to_ring(refuge: Town, service: Service) -> None:
    ask = "query($a: String!) { concernsAtAddress(address: $a) { outcome matches { addressId } } }"
    assert service.answer(ask, a=REFUGE) == {"outcome": "NONE", "matches": []}
    answer = smash(service, {"address": REFUGE})
    (place,) = answer["places"]
    assert place["residentIds"] == ["P-ada"]
    assert kinds(answer) == ["ASB_CASE", "DOMESTIC_ABUSE_INCIDENT"]
    assert answer["contacts"][0]["contact"]["team"]["phone"] == "01922 555 0100"
    assert answer["until"] == (NOW + dt.timedelta(minutes=15)).isoformat()
    assert "reviewed" in answer["says"]
    # The shield stands for every other question.
    assert service.answer(ask, a=REFUGE)["outcome"] == "NONE"


def test_who_lives_in_a_room_of_the_house_is_shown_beside_the_room(town: Town, service: Service) -> None:
    house = "Hope House Refuge, 3 Mill Lane, Walsall WS2 2AA"
    town.says("housing", "warden", person="Wyn Hale", place=house, lives=(ago(300), None))
    town.says("housing", "eve", person="Eve Abara", place=f"Room 3, {house}", lives=(ago(9), None))
    town.says("police", "eve", person="Eve Abara", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(8))
    town.resolve({"warden": [("housing", "warden")], "eve": [("housing", "eve"), ("police", "eve")]})
    answer = smash(service, {"address": house})
    (place,) = answer["places"]
    assert (place["stage"], place["says"]) == ("PLACE", SAYS[Stage.PLACE])
    assert (place["residentIds"], place["unitCount"]) == (["P-warden"], 1)
    (room,) = place["units"]
    assert (room["residentIds"], room["residentCount"]) == (["P-eve"], 1)
    assert room["addressId"] != place["addressId"]
    assert kinds(answer) == ["DOMESTIC_ABUSE_INCIDENT"]
    assert answer["notShown"] == []
    assert service.answer(AGAIN, id=answer["id"])["places"][0]["stage"] == "ID"


def test_what_is_cut_is_said_and_open_episodes_come_before_what_is_over(
    refuge: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_graph.glass.MOST_BEHIND", 2)
    for name in ("bea", "cat"):
        refuge.says("housing", name, person=f"{name} Fox", place=REFUGE, lives=(ago(20), None))
    refuge.says("council-children", "c", person="Ada Fox", contact="CHILD_PROTECTION_PLAN", at=ago(900))
    refuge.resolve({"ada": [("housing", "h1"), ("police", "p1"), ("council-children", "c")]})
    answer = smash(service, {"address": REFUGE})
    (place,) = answer["places"]
    assert (len(place["residentIds"]), place["residentCount"]) == (2, 3)
    assert kinds(answer) == ["ASB_CASE", "CHILD_PROTECTION_PLAN"]
    assert answer["notShown"] == [
        "3 contacts are open or the latest; 2 are shown.",
        f"3 people live at {place['addressId']}; 2 are shown.",
    ]


def test_the_likeliest_person_comes_first(refuge: Town, service: Service) -> None:
    refuge.says("fire", "z", person="Ada Fox", date_of_birth="1990-01-02")
    refuge.resolve({"zoe": [("fire", "z")]})
    service.services.live.read()
    sought = {"givenName": "Ada", "familyName": "Fox", "dateOfBirth": "1990-01-02"}
    people = smash(service, {"person": sought})["people"]
    assert [each["personId"] for each in people] == ["P-zoe", "P-ada"]


def test_looks_behind_the_glass_are_looks_for_the_access_review(refuge: Town, service: Service) -> None:
    broken = smash(service, {"address": REFUGE})
    for _ in range(3):
        service.answer(AGAIN, id=broken["id"])
    (place,) = broken["places"]
    flags = service.answer("{ accessReview { flags { reason aboutId count } } }", **OFFICER)["flags"]
    assert {"reason": "SAME_AGAIN", "aboutId": place["addressId"], "count": 4} in flags


def test_somebody_is_found_by_who_they_are(refuge: Town, service: Service) -> None:
    service.services.live.read()
    answer = smash(
        service, {"person": {"givenName": "Ada", "familyName": "Fox", "dateOfBirth": "1990-01-02"}}
    )
    (person,) = answer["people"]
    assert person["personId"] == "P-ada"
    assert len(person["homeIds"]) == 1
    assert kinds(answer) == ["DOMESTIC_ABUSE_INCIDENT"]


def test_somebody_is_found_by_id(refuge: Town, service: Service) -> None:
    assert [each["personId"] for each in smash(service, {"id": "P-ada"})["people"]] == ["P-ada"]


def test_who_is_not_there_is_not_there_and_the_look_is_reviewed_all_the_same(
    refuge: Town, service: Service
) -> None:
    answer = smash(service, {"address": "99 Nowhere Road, Walsall WS9 9ZZ"})
    assert (answer["places"], answer["people"], answer["contacts"]) == ([], [], [])
    (edge,) = service.answer(QUEUE, **OFFICER)["edges"]
    assert edge["node"]["targetIds"] == []


def test_no_class_is_shown_that_the_role_may_not_see(refuge: Town, service: Service) -> None:
    refuge.says("nhs", "n1", person="Ada Fox", contact="SEXUAL_HEALTH_CONTACT", at=ago(3))
    refuge.resolve({"ada": [("housing", "h1"), ("police", "p1"), ("nhs", "n1")]})
    answer = smash(service, {"id": "P-ada"})
    assert kinds(answer) == ["DOMESTIC_ABUSE_INCIDENT"]
    assert "sensitive_health" in {each["dataClass"] for each in answer["withheld"]}


@pytest.mark.parametrize(
    ("target", "reason", "minutes", "expected"),
    [
        pytest.param({"address": REFUGE}, "urgent", 15, "MAST-312", id="no reason"),
        pytest.param({"address": REFUGE}, WHY, 61, "MAST-312", id="over an hour"),
        pytest.param({"address": REFUGE}, WHY, 0, "MAST-312", id="no time"),
        pytest.param({}, WHY, 15, "MAST-312", id="no target"),
        pytest.param({"address": REFUGE, "id": "P-ada"}, WHY, 15, "MAST-312", id="two targets"),
        pytest.param({"id": "H-1"}, WHY, 15, "MAST-312", id="a household"),
        pytest.param({"address": "Walsall"}, WHY, 15, "MAST-120", id="a town"),
        pytest.param({"person": {"familyName": "Fox"}}, WHY, 15, "MAST-121", id="anybody"),
    ],
)
def test_what_cannot_be_reviewed_is_not_shown(
    refuge: Town, service: Service, target: dict[str, Any], reason: str, minutes: int, expected: str
) -> None:
    response = service.ask(BREAK, t=target, why=reason, m=minutes)
    assert code(response) == expected
    assert service.answer(QUEUE, **OFFICER)["edges"] == []


@pytest.mark.parametrize("role", ["steward", "researcher", "information-governance-officer", "administrator"])
def test_it_is_not_for_those_who_answer_no_call(refuge: Town, service: Service, role: str) -> None:
    purpose = {"steward": "safeguarding-enquiry", "researcher": "research", "administrator": "operation"}
    asked = {"role": role, "purpose": purpose.get(role, "information-governance")}
    assert code(service.ask(BREAK, t={"address": REFUGE}, why=WHY, **asked)) == "MAST-302"


def test_it_stands_for_whoever_broke_it_until_its_time_is_over(refuge: Town, service: Service) -> None:
    broken = smash(service, {"address": REFUGE}, m=60)
    assert kinds(service.answer(AGAIN, id=broken["id"])) == kinds(broken)
    other = service.issuer.issue("response-officer", "safeguarding-response", minutes=15, subject="another")
    body = {"query": AGAIN, "variables": {"id": broken["id"]}}
    assert code(service.post(body, Authorization=f"Bearer {other}")) == "MAST-254"
    refuge.store.define(f"MATCH (g:BreakGlass {{id: '{broken['id']}'}}) SET g.until = g.at")
    assert code(service.ask(AGAIN, id=broken["id"])) == "MAST-254"


def test_it_is_on_record_before_anything_is_read(
    refuge: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("mast_api.breaking_glass.put_glass", fails)
    response = service.ask(BREAK, t={"address": REFUGE}, why=WHY)
    assert response.json()["data"] is None
    assert "P-ada" not in response.text


def test_every_look_is_in_the_audit_log_with_what_it_showed(refuge: Town, service: Service) -> None:
    broken = smash(service, {"address": REFUGE})
    trail = """{ auditTrail(question: "breakGlass") {
      edges { node { event subject answeredWith { kind ids } } } } }"""
    answer, intent = (edge["node"] for edge in service.answer(trail, **OFFICER)["edges"])
    assert (intent["event"], answer["event"]) == ("intent", "answer")
    shown = {each["kind"]: each["ids"] for each in answer["answeredWith"]}
    assert shown["glasses"] == [broken["id"]]
    assert shown["people"] == ["P-ada"]


def test_a_review_takes_it_off_the_queue_and_stays_on_record(refuge: Town, service: Service) -> None:
    broken = smash(service, {"address": REFUGE})
    (edge,) = service.answer(QUEUE, **OFFICER)["edges"]
    node = edge["node"]
    assert (node["by"], node["role"], node["reason"]) == ("officer-7", "response-officer", WHY)
    assert node["targetIds"] == [broken["places"][0]["addressId"]]
    told = {"id": broken["id"], "ok": True, "finding": "A child was in danger; the door was opened."}
    token = service.issuer.issue(*OFFICER.values(), minutes=15, subject="dpo")
    response = service.post({"query": REVIEW, "variables": told}, Authorization=f"Bearer {token}")
    assert response.json()["data"]["reviewBreakGlass"] == {"id": broken["id"], "justified": True}
    again = service.post({"query": REVIEW, "variables": told}, Authorization=f"Bearer {token}")
    assert code(again) == "MAST-254"
    assert service.answer(QUEUE, **OFFICER)["edges"] == []
    (edge,) = service.answer(QUEUE, waiting=False, **OFFICER)["edges"]
    assert (edge["node"]["reviewedBy"], edge["node"]["justified"]) == ("dpo", True)
    assert edge["node"]["finding"].startswith("A child")


def test_nobody_reviews_what_they_broke_themselves(refuge: Town, service: Service) -> None:
    broken = smash(service, {"address": REFUGE})
    response = service.ask(REVIEW, id=broken["id"], ok=True, finding="It was fine.", **OFFICER)
    assert code(response) == "MAST-312"


def test_the_queue_is_paged_newest_first(refuge: Town, service: Service) -> None:
    broken = [smash(service, {"id": "P-ada"})["id"] for _ in range(3)]
    first = service.answer(QUEUE, first=2, **OFFICER)
    rest = service.answer(QUEUE, first=2, after=first["pageInfo"]["endCursor"], **OFFICER)
    listed = [edge["node"]["id"] for page in (first, rest) for edge in page["edges"]]
    assert sorted(listed) == sorted(broken)
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert code(service.ask(QUEUE, after="tomorrow|G-1", **OFFICER)) == "MAST-311"


Taken = list[tuple[dict[str, str], bytes]]


@contextmanager
def officers_service(
    *answers: int,
) -> Iterator[tuple[str, Taken, threading.Event]]:
    """A real HTTP service that answers with these codes in turn, then 204."""
    taken: Taken = []
    enough, left = threading.Event(), list(answers)

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = left.pop(0) if left else 204
            taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.end_headers()
            if status == 204:
                enough.set()

        def log_message(self, *_given: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", taken, enough
    finally:
        server.shutdown()
        server.server_close()


def test_the_officer_is_told_at_once_and_again_until_it_is_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.telling.TRY_AGAIN_S", 0.05)
    secret, ids = b"s" * 32, iter(["1", "2"])
    with officers_service(500, 503) as (url, taken, enough):
        telling = Telling(Officer(url, secret), GlassNotices(town.store), clock=lambda: NOW)
        breaking = BreakingGlass(
            town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids), tell=telling.wake
        )
        with telling:
            breaking.smash(Caller("pc-7", "response-officer", Purpose.RESPONSE, "t1"), reason=WHY, minutes=15)
            assert enough.wait(20)
        assert len(taken) == 3
        assert {headers["webhook-id"] for headers, _ in taken} == {"G-1"}
        headers, body = taken[-1]
        signed = f"G-1.{headers['webhook-timestamp']}.".encode() + body
        version, _, signature = headers["webhook-signature"].partition(",")
        assert version == "v1"
        assert b64decode(signature) == hmac.digest(secret, signed, hashlib.sha256)
        told = json.loads(body)
        assert told["type"] == "glass.broken"
        assert told["data"]["by"] == "pc-7"
        assert WHY not in body.decode()


def test_a_notice_that_is_refused_keeps_no_later_one_back(town: Town) -> None:
    ids = iter(["1", "2", "3"])
    breaking = BreakingGlass(
        town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids), tell=lambda: None
    )
    for _ in range(3):
        breaking.smash(Caller("pc-7", "response-officer", Purpose.RESPONSE, "t1"), reason=WHY, minutes=15)
    told: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(request.headers["webhook-id"])
        return httpx.Response(422 if told[-1] == "G-1" else 204)

    async def tell_all() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            await tell(
                client, Officer("https://gov.example/hook", b"s" * 32), GlassNotices(town.store), lambda: NOW
            )

    for _ in range(2):
        with pytest.raises(httpx.HTTPStatusError):
            asyncio.run(tell_all())
    assert told == ["G-1", "G-2", "G-3", "G-1"]


def test_where_no_officer_is_told_no_glass_is_broken(refuge: Town, serve: Serve) -> None:
    glass = BreakingGlass(refuge.store, refuge.keys, clock=lambda: NOW, new_id=lambda: "1", tell=None)
    service = serve(glass=glass)
    response = service.ask(BREAK, t={"address": REFUGE}, why=WHY)
    assert code(response) == "MAST-254"
    assert "MAST_OFFICER_URL" in response.text
    assert service.answer(QUEUE, **OFFICER)["edges"] == []


def test_what_was_not_told_before_a_stop_is_told_after_the_start(town: Town) -> None:
    ids = iter(["1"])
    breaking = BreakingGlass(
        town.store, town.keys, clock=lambda: NOW, new_id=lambda: next(ids), tell=lambda: None
    )
    breaking.smash(Caller("pc-7", "response-officer", Purpose.RESPONSE, "t1"), reason=WHY, minutes=15)
    with (
        officers_service() as (url, taken, enough),
        Telling(Officer(url, b"s" * 32), GlassNotices(town.store), clock=lambda: NOW),
    ):
        assert enough.wait(20)
    assert len(taken) == 1


def test_a_secret_that_others_can_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * 40)
    secret.chmod(0o644)
    with pytest.raises(KeyMissingError, match="read by others"):
        Officer.read("https://gov.example/hook", secret)
    secret.chmod(0o600)
    assert Officer.read("https://gov.example/hook", secret).url == "https://gov.example/hook"
    with pytest.raises(SettingsError):
        Officer.read("http://gov.example/hook", secret)
    secret.write_bytes(b"short")
    with pytest.raises(KeyMissingError, match="too short"):
        Officer.read("https://gov.example/hook", secret)
    with pytest.raises(KeyMissingError):
        Officer.read("https://gov.example/hook", tmp_path / "none")
