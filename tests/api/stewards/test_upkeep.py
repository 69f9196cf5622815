"""What waits and what cannot be right, in counts, for those who run the service and for nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.register import DECIDE, ENQUIRY, NOT_RUNNING_IT, Register
from tests.town import Service

from mast_analytics.event import Event
from mast_analytics.quality import faults
from mast_api.quality_kept import FILE, keep
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

ASK = """{
  resolverQueue { unresolved pairs waitingSince bands { atLeast pairs waitingSince } }
  dataQuality { foundAt agencies { agencyId contacts findings { rule says contacts } } }
}"""
QUEUE = """{ reviewQueue(first: 100, lane: APART) {
  edges { node { value pair { leftRecordId rightRecordId leftEntityId } } } } }"""
ADMINISTRATOR = {"role": "administrator", "purpose": "operation"}
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}


def waiting(service: Service) -> list[dict[str, Any]]:
    """The pairs of two people in the queue as stewards have it."""
    found = service.answer(QUEUE, **ENQUIRY)
    return [edge["node"] for edge in found["edges"]]


def upkeep(service: Service, **who: str) -> dict[str, Any]:
    answer: dict[str, Any] = service.ask(ASK, **(who or ADMINISTRATOR)).json()["data"]
    return answer


@pytest.fixture
def alike(register: Register, family: list[RecordId]) -> None:
    """People who may be one, and somebody whom nobody has resolved yet."""
    register.says("fire", "9", "Tomasz Wojcik", "1961-12-30")


@pytest.mark.usefixtures("alike")
def test_they_are_told_how_much_waits_as_stewards_have_it(register: Register, service: Service) -> None:
    pairs = waiting(service)
    assert len(pairs) >= 2
    queue = upkeep(service)["resolverQueue"]
    assert queue["pairs"] == len(pairs) == sum(each["pairs"] for each in queue["bands"])
    bounds = [each["atLeast"] for each in queue["bands"]]
    assert bounds == sorted(bounds, reverse=True)
    for bound, above, band in zip(bounds, [2**62, *bounds], queue["bands"], strict=False):
        assert band["pairs"] == sum(bound <= each["value"] < above for each in pairs)
        assert (band["waitingSince"] is None) == (band["pairs"] == 0)
    since = dt.datetime.fromisoformat(queue["waitingSince"])
    assert since == min(register_since(register, each) for each in pairs)
    assert queue["unresolved"] == 1
    assert service.audited()[-1]["questions"] == ["resolverQueue", "dataQuality"]
    assert service.audited()[-1]["ids"] == {}

    two = pairs[0]["pair"]
    asked = {"left": two["leftRecordId"], "right": two["rightRecordId"]}
    service.answer(DECIDE, **asked, decision="DIFFERENT", reason="I rang them both", **ENQUIRY)
    register.resolve()
    after = upkeep(service)["resolverQueue"]
    assert (after["pairs"], after["unresolved"]) == (len(waiting(service)), 0)


def register_since(register: Register, node: dict[str, Any]) -> dt.datetime:
    """Since when both records of a pair are whose they are, by the graph."""
    rows = register.rows(
        "MATCH (record:PersonRecord)-[r:RESOLVES_TO]->() "
        "WHERE record.id IN $ids AND r.recorded_to.year = 9999 RETURN max(r.recorded_from) AS since",
        ids=[node["pair"]["leftRecordId"], node["pair"]["rightRecordId"]],
    )
    found: dt.datetime = rows[0]["since"].to_native()
    return found


@pytest.mark.usefixtures("alike")
def test_who_is_shielded_is_not_counted(register: Register, service: Service) -> None:
    before = upkeep(service)["resolverQueue"]["pairs"]
    person = waiting(service)[0]["pair"]["leftEntityId"]
    document = 'mutation ($id: ID!) { shield(id: $id, reason: "a refuge") { shieldId } }'
    service.answer(document, id=person, **OFFICER)
    assert upkeep(service)["resolverQueue"]["pairs"] == len(waiting(service)) < before


def test_quality_is_as_it_was_found_last_and_nobody_is_named(service: Service) -> None:
    assert upkeep(service)["dataQuality"] == {"foundAt": None, "agencies": []}
    data, may = service.services.settings.data, dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    wrong = Event("c1", "CHILD_IN_NEED", may, "council", closed_at=may - dt.timedelta(days=3))
    right = Event("c2", "CHILD_IN_NEED", may, "council", closed_at=may)
    events = [wrong, right, Event("c3", "MISSING_PERSON", may, "police")]
    keep(data, events, faults(events), at=may)
    found = upkeep(service, **OFFICER)["dataQuality"]
    assert dt.datetime.fromisoformat(found["foundAt"]) == may
    council, police = found["agencies"]
    assert council == {
        "agencyId": "council",
        "contacts": 2,
        "findings": [{"rule": "8630", "says": "closed before it was opened", "contacts": 1}],
    }
    assert (police["agencyId"], police["findings"]) == ("police", [])
    assert "c1" not in (data / FILE).read_text()
    (data / FILE).write_text("{}")
    assert upkeep(service)["dataQuality"]["foundAt"] is None


def test_nobody_else_is_told(service: Service) -> None:
    for role, purpose in NOT_RUNNING_IT:
        for question in ("{ resolverQueue { pairs } }", "{ dataQuality { foundAt } }"):
            refused = service.ask(question, role=role, purpose=purpose)
            assert refused.json()["errors"][0]["extensions"]["code"] == "MAST-302"
