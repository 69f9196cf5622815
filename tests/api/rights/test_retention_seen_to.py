"""Whoever runs the service is told that nobody ran the retention, and nobody else is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.register import NOT_RUNNING_IT
from tests.town import NOW, Service, Town, ago

from mast_api.rights.retention import EVERY_DAYS, note_run

pytestmark = pytest.mark.graph

ASK = "{ retention { asAt warning } }"
HOME = "14 High Street, Walsall WS1 1AA"
ADMINISTRATOR = {"role": "administrator", "purpose": "operation"}
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}
NIGHTLY = dt.timedelta(days=EVERY_DAYS)


def told(service: Service, **who: str) -> dict[str, Any]:
    found: dict[str, Any] = service.answer(ASK, **(who or ADMINISTRATOR))
    return found


def ran(town: Town, moment: dt.datetime, now: dt.datetime = NOW) -> None:
    note_run(town._lease, moment, now)


def happened(town: Town, days: float, *, closed: bool = True) -> None:
    """Something that the agreement lets be kept for 36 months."""
    ended = ago(days - 1) if closed else None
    town.says("housing", "h1", place=HOME, contact="ASB_CASE", at=ago(days), closed=ended)


def test_while_nothing_is_past_its_retention_nobody_is_warned(town: Town, service: Service) -> None:
    happened(town, 900)
    assert told(service) == {"asAt": None, "warning": ""}


@pytest.mark.parametrize("who", [ADMINISTRATOR, OFFICER], ids=["administrator", "officer"])
def test_something_past_it_and_never_a_run_is_warned_of(
    town: Town, service: Service, who: dict[str, str]
) -> None:
    happened(town, 1_200)
    found = told(service, **who)
    assert found["asAt"] is None
    assert found["warning"] == ("never run, and something is past it: run mast retention run every night")


def test_what_is_still_open_is_not_past_it(town: Town, service: Service) -> None:
    happened(town, 1_200, closed=False)
    assert told(service)["warning"] == ""


def test_a_run_is_enough_for_so_many_days_and_no_longer(town: Town, service: Service) -> None:
    ran(town, NOW - NIGHTLY)
    found = told(service)
    assert dt.datetime.fromisoformat(found["asAt"]) == NOW - NIGHTLY
    assert found["warning"] == ""


def test_one_that_is_longer_ago_is_warned_of_with_its_day(town: Town, service: Service) -> None:
    ran(town, NOW - NIGHTLY - dt.timedelta(minutes=1))
    assert told(service)["warning"].startswith("not run since 31 October 2026: ")


def test_a_run_as_of_another_day_is_no_run_of_today(town: Town, service: Service) -> None:
    ran(town, ago(400))
    assert told(service)["warning"] != "", "what came to be due since was not looked at"
    ran(town, NOW + dt.timedelta(days=900))
    assert dt.datetime.fromisoformat(told(service)["asAt"]) == NOW
    ran(town, ago(400))
    assert dt.datetime.fromisoformat(told(service)["asAt"]) == NOW, "nothing of it came back"


def test_nobody_else_is_told(service: Service) -> None:
    for role, purpose in NOT_RUNNING_IT:
        refused = service.ask(ASK, role=role, purpose=purpose)
        assert refused.json()["errors"][0]["extensions"]["code"] == "MAST-302"
