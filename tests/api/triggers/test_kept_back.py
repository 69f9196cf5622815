"""An alert keeps a later one back only from those who are shown it: over HTTP, in the real graph."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.triggers.alerts import Desk
from tests.town import Service, Town, ago

from mast_analytics.evaluator import alert_id
from mast_graph.known import read_known

ALERTS = "{ alerts(state: OPEN) { edges { node { id } } } }"
ANALYST = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
RULE = "open-elsewhere/2"
MASH = "mash-2026"


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk.of(town, "open-elsewhere")


@pytest.fixture
def service(desk: Desk, serve: Serve) -> Service:
    return serve()


def notices(desk: Desk, *said: tuple[float, str], who: str = "1") -> None:
    """Ann's case is open with the council, and so often somebody is worried: days ago, under an agreement."""
    desk.town.says(
        "council-children", who, person="Ann Lee", contact="CHILD_IN_NEED", at=ago(200), contact_id="plan"
    )
    for days, agreement in said:
        desk.town.says(
            "police", who, person="Ann Lee", contact="PUBLIC_PROTECTION_NOTICE_CHILD", at=ago(days),
            contact_id=f"n{days}", agreement=agreement,
        )  # fmt: skip
    desk.resolve({"ann": [("council-children", who), ("police", who)]})


def stored(desk: Desk) -> set[str]:
    """Ids of all alerts that stand, whoever may see them."""
    return {each["id"] for each in desk.town.store.read("read.every_alert") if not each["retracted"]}


def shown(service: Service) -> set[str]:
    """Ids of the alerts that an analyst is shown."""
    answer: dict[str, Any] = service.ask(ALERTS, **ANALYST).json()
    return {edge["node"]["id"] for edge in answer["data"]["alerts"]["edges"]}


def alert_of(desk: Desk, days: float) -> str:
    """The id of the alert that a notice so many days ago makes."""
    when = {each.at: each.id for each in read_known(desk.town.store).contacts}
    return alert_id(RULE, [when[ago(200)], when[ago(days)]])


def test_within_its_time_an_alert_keeps_another_back(desk: Desk, service: Service) -> None:
    notices(desk, (20, MASH), (10, MASH))
    assert shown(service) == {alert_of(desk, 20)}


def test_one_that_may_not_be_seen_keeps_none_back_that_may(desk: Desk, service: Service) -> None:
    """It must not be silent for them because others know more; nor is there a silence to read."""
    notices(desk, (10, MASH))
    alone = shown(service)
    assert alone == {alert_of(desk, 10)}
    notices(desk, (20, "of-others"))
    assert shown(service) == alone


def test_nor_does_one_that_may_be_seen_keep_one_back_from_others(desk: Desk, service: Service) -> None:
    notices(desk, (20, MASH), (10, "of-others"))
    assert stored(desk) == {alert_of(desk, 20), alert_of(desk, 10)}
    assert shown(service) == {alert_of(desk, 20)}


def test_those_of_others_keep_one_another_back(desk: Desk, service: Service) -> None:
    notices(desk, (20, "of-others"), (15, "of-others"), (10, MASH), (5, MASH))
    assert stored(desk) == {alert_of(desk, 20), alert_of(desk, 10)}
    assert shown(service) == {alert_of(desk, 10)}


def test_under_what_agreement_it_stands_now_decides(desk: Desk, service: Service) -> None:
    notices(desk, (20, "of-others"), (10, MASH))
    assert shown(service) == {alert_of(desk, 10)}
    desk.later(0.1)
    notices(desk, (20, MASH))
    assert shown(service) == {alert_of(desk, 20)}
