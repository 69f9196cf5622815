"""`alertRaised`: each alert that is raised or stands again is told, once, and no other."""

from __future__ import annotations

import pytest
from tests.api.conftest import Serve
from tests.api.subscribing.subscriber import Subscriber
from tests.api.triggers.alerts import Desk
from tests.town import Service, Town, ago

ANALYST = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk.of(town)


@pytest.fixture
def service(desk: Desk, serve: Serve) -> Service:
    """Ann was not brought twice."""
    missed_twice(desk, "Ann", 40)
    desk.resolve({"ann": [("nhs", "Ann")]})
    return serve()


def test_who_waits_is_told_of_a_new_alert_and_of_no_other(service: Service, desk: Desk) -> None:
    raised = "subscription { alertRaised { aboutIds rule } }"
    with Subscriber(service, token=service.token(**ANALYST)).known().subscribes(raised) as analyst:
        for days in (9, 8):
            desk.town.says(
                "nhs",
                "Cas",
                person="Cas Lee",
                contact="WAS_NOT_BROUGHT",
                at=ago(days),
                contact_id=f"Cas{days}",
            )
        desk.resolve({"cas": [("nhs", "Cas")]})
        told = analyst.hears()
    assert told["payload"]["data"]["alertRaised"] == {
        "aboutIds": ["P-cas"],
        "rule": "child-not-brought-twice/3",
    }


def _about(analyst: Subscriber) -> str:
    """Whom the next alert that is told of is about."""
    payload = analyst.hears()["payload"]
    assert "data" in payload, payload
    (about,) = payload["data"]["alertRaised"]["aboutIds"]
    return str(about)


def missed_twice(desk: Desk, name: str, last: float) -> None:
    """Not brought twice, the second time so many days ago."""
    for days in (last + 1, last):
        desk.town.says("nhs", name, person=f"{name} Lee", contact="WAS_NOT_BROUGHT", at=ago(days),
                       contact_id=f"{name}{days}")  # fmt: skip


def test_of_more_open_alerts_than_are_read_at_once_those_that_are_raised_are_told_and_no_other(
    service: Service, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is taken back lets no older one come up; one of an earlier day that is found late is told."""
    monkeypatch.setattr("mast_api.schema.subscription.AT_ONCE", 2)
    names = ("Dan", "Eve", "Fay", "Gil")
    people = {name.lower(): [("nhs", name)] for name in names}
    for days, name in enumerate(names):
        missed_twice(desk, name, days + 2)
    desk.resolve(people)
    raised = "subscription { alertRaised { aboutIds } }"

    def seen_by_another(name: str, last: float) -> None:
        desk.town.says("nhs", name, person=f"{name} Lee", contact="ED_ATTENDANCE", at=ago(last),
                       contact_id=f"{name}{last}")  # fmt: skip

    with Subscriber(service, token=service.token(**ANALYST)).known().subscribes(raised) as analyst:
        seen_by_another("Dan", 2)
        desk.resolve(people)
        late = ("Hal", "Ida", "Jon")
        for name in late:
            missed_twice(desk, name, 300)
        desk.resolve(people | {name.lower(): [("nhs", name)] for name in late})
        told = [_about(analyst) for _ in late]
        assert sorted(told) == ["P-hal", "P-ida", "P-jon"]
        # One comes while another goes, in one transaction: as many stand as before.
        seen_by_another("Eve", 3)
        missed_twice(desk, "Kim", 5)
        desk.resolve(people | {name.lower(): [("nhs", name)] for name in (*late, "Kim")})
        assert _about(analyst) == "P-kim"
        # One that was taken back and stands again is told of again.
        missed_twice(desk, "Dan", 2)
        desk.resolve(people | {name.lower(): [("nhs", name)] for name in (*late, "Kim")})
        assert _about(analyst) == "P-dan"
