"""Requests by right: noted when they come in, due a calendar month later, settled; in the log alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.town import NOW, Service, Town

from mast_api.rights.requests import Register

OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
SAYS = "{ id kind received due overdue state personId by }"
NOTE = f"""mutation ($kind: RightAsked!, $received: Date!, $id: ID) {{
    noteRightsRequest(kind: $kind, received: $received, id: $id) {SAYS} }}"""
SETTLE = f"""mutation ($id: ID!, $state: RightsRequestState!) {{
    settleRightsRequest(id: $id, state: $state) {SAYS} }}"""
LIST = (
    f"query ($settled: Boolean! = false) {{ rightsRequests(settled: $settled) {{ listed {SAYS} notShown }} }}"
)


def noted(service: Service, received: str, kind: str = "ACCESS", person: str | None = None) -> dict[str, Any]:
    return dict(service.answer(NOTE, **OFFICER, kind=kind, received=received, id=person))


def listed(service: Service, *, settled: bool = False) -> list[dict[str, Any]]:
    return list(service.answer(LIST, **OFFICER, settled=settled)["listed"])


def test_what_came_in_waits_by_the_day_on_which_it_is_due(town: Town, service: Service) -> None:
    later = noted(service, "2026-10-31", "ERASURE", "P-grace")
    late = noted(service, "2026-09-30")
    assert (late["due"], late["overdue"], late["state"]) == ("2026-10-30", True, "OPEN")
    assert (later["due"], later["overdue"], later["personId"]) == ("2026-11-30", False, "P-grace")
    assert later["by"] == "officer-7"
    assert listed(service) == [late, later]


def test_the_last_day_is_not_late_and_the_day_after_it_is(town: Town, service: Service) -> None:
    assert not noted(service, "2026-10-02")["overdue"]
    assert noted(service, "2026-10-01")["overdue"]


def test_one_that_is_settled_waits_no_longer_and_stays_on_record(town: Town, service: Service) -> None:
    one, other = noted(service, "2026-09-15"), noted(service, "2026-09-16")
    longer = service.answer(SETTLE, **OFFICER, id=one["id"], state="EXTENDED")
    assert longer == one | {"state": "EXTENDED", "due": "2026-12-15", "overdue": False}
    done = service.answer(SETTLE, **OFFICER, id=other["id"], state="GRANTED")
    assert (done["state"], done["overdue"]) == ("GRANTED", False)
    assert listed(service) == [longer]
    assert listed(service, settled=True) == [longer, done]
    assert service.answer(SETTLE, **OFFICER, id=other["id"], state="OPEN") == other, "it was a slip"
    assert listed(service) == [other, longer]


def test_another_service_reads_the_same_from_the_log(town: Town, service: Service) -> None:
    """Once as a whole, then as far as it grew; and from a log that was put in its place."""
    path, register = service.services.audit.path, Register()
    one = noted(service, "2026-10-20")
    assert list(register.look(path)) == [one["id"]]
    two = noted(service, "2026-10-21", "OBJECTION", "P-grace")
    service.answer(SETTLE, **OFFICER, id=one["id"], state="WITHDRAWN")
    assert register.look(path) == Register().look(path)
    assert {each.id: each.waits for each in register.look(path).values()} == {
        one["id"]: False,
        two["id"]: True,
    }
    assert register.look(path.with_name("another.jsonl")) == {}


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"received": (NOW + dt.timedelta(days=1)).date().isoformat()}, id="it has not come yet"),
        pytest.param({"received": "2024-11-02"}, id="years ago"),
        pytest.param({"received": "2026-11-01", "id": "Grace Okonkwo"}, id="a name"),
        pytest.param({"received": "2026-11-01", "id": "A-1"}, id="an address"),
    ],
)
def test_what_is_no_request_is_refused_and_not_kept(
    town: Town, service: Service, variables: dict[str, str]
) -> None:
    assert service.ask(NOTE, **OFFICER, kind="ACCESS", **variables).status_code == 400
    assert service.ask(SETTLE, **OFFICER, id="Q-never", state="GRANTED").status_code == 400
    assert listed(service, settled=True) == []
    assert "Okonkwo" not in service.services.audit.path.read_text()


def test_nobody_else_notes_reads_or_settles_one(town: Town, service: Service) -> None:
    one = noted(service, "2026-10-20")
    for role, purpose in (("steward", "safeguarding-enquiry"), ("administrator", "operation")):
        who = {"role": role, "purpose": purpose}
        assert service.ask(LIST, **who).status_code == 403
        assert service.ask(NOTE, **who, kind="ACCESS", received="2026-10-20").status_code == 403
        assert service.ask(SETTLE, **who, id=one["id"], state="GRANTED").status_code == 403
    assert listed(service) == [one]


def test_who_noted_and_who_read_it_is_in_the_log_by_ids(town: Town, service: Service) -> None:
    one = noted(service, "2026-10-20", "ACCESS", "P-grace")
    listed(service)
    intent, kept, _, read = [line for line in service.audited() if line.get("request")][-4:]
    assert (intent["question"], intent["sought"]["ids"]) == ("noteRightsRequest", ["P-grace"])
    assert kept["ids"] == {"rights_requests": [f"{one['id']}/access/2026-10-20/open/P-grace"]}
    assert read["ids"] == {"requests": [one["id"]], "people": ["P-grace"]}
