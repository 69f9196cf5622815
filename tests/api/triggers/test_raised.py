"""`alertRaised`: each alert that is raised or stands again is told, once, and no other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping

import pytest
from tests.api.attacks.walk import callers
from tests.api.conftest import Serve
from tests.api.subscribing.subscriber import Subscriber
from tests.api.triggers.alerts import Desk
from tests.town import Service, Town, ago

from mast_graph.news import Topic, read_news
from mast_graph.read import Reader

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


@pytest.mark.parametrize(
    ("third", "told"),
    [
        pytest.param("ED_ATTENDANCE", ["P-cas", "P-dan"], id="a class that they may see"),
        pytest.param("SEXUAL_HEALTH_CONTACT", ["P-dan"], id="one that they may not"),
    ],
)
@pytest.mark.parametrize("caller", callers("alertRaised", may=True), ids=lambda each: "-".join(each.values()))
def test_who_may_not_see_a_contact_is_told_of_no_alert_that_rests_on_it(
    service: Service, desk: Desk, caller: dict[str, str], third: str, told: list[str]
) -> None:
    """A third agency knows of Cas; what is told next is about somebody else."""
    people = {"cas": [(agency, "Cas") for agency in ("police", "housing", "nhs")], "dan": [("nhs", "Dan")]}
    contacts = (("police", "WELFARE_CHECK"), ("housing", "ASB_CASE"), ("nhs", third))
    raised = "subscription { alertRaised { aboutIds } }"
    with Subscriber(service, token=service.token(**caller)).known().subscribes(raised) as analyst:
        for days, (agency, contact) in enumerate(contacts):
            desk.town.says(agency, "Cas", person="Cas Lee", contact=contact, at=ago(20 - days),
                           contact_id=f"Cas{days}")  # fmt: skip
        desk.resolve(people)
        assert ("third-agency/2", "stands", frozenset({"P-cas"})) in desk.standing()
        missed_twice(desk, "Dan", 9)
        desk.resolve(people)
        assert [_about(analyst) for _ in told] == told


def test_of_somebody_shielded_no_alert_is_told(
    service: Service, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are shielded after it was raised, and before anybody looked."""
    looks = threading.Event()
    looks.set()

    async def once_it_may(store: Reader) -> Mapping[Topic, str]:
        while not looks.is_set():
            await asyncio.sleep(0.02)
        return await read_news(store)

    monkeypatch.setattr("mast_api.subscribing.news.read_news", once_it_may)
    people = {"cas": [("nhs", "Cas")], "dan": [("nhs", "Dan")]}
    raised = "subscription { alertRaised { aboutIds } }"
    with Subscriber(service, token=service.token(**ANALYST)).known().subscribes(raised) as analyst:
        looks.clear()
        for days, name in ((20, "Cas"), (9, "Dan")):
            missed_twice(desk, name, days)
            desk.resolve(people)
        desk.town.says("nhs", "Cas", person="Cas Lee", contact="WAS_NOT_BROUGHT", at=ago(20),
                       contact_id="Cas20", shielded="person")  # fmt: skip
        desk.town.resolve(people)
        # It is not worked out anew, so that hers stands as it did.
        assert ("child-not-brought-twice/3", "stands", frozenset({"P-cas"})) in desk.standing()
        looks.set()
        assert _about(analyst) == "P-dan"
