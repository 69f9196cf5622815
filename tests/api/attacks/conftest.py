"""A service whose limits let everything be asked for at once, over the town with a refuge and witnesses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.shields.conftest import PEOPLE, WIDE, tell_what_may_be_known, tell_what_may_not
from tests.town import Service, Town

from mast_api.development import DevelopmentIssuer
from mast_api.people_search import PeopleSearch
from mast_api.ports import Services


@pytest.fixture(autouse=True)
def _not_practised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of what is tried here never comes to a query: planning them all each time would take the hour."""

    async def at_once(*_: object) -> None:
        return

    monkeypatch.setattr("mast_api.app.practice.warm_up", at_once)


@pytest.fixture
def wide(serve: Serve, services: tuple[Services, DevelopmentIssuer]) -> Service:
    """The real search in memory, and limits that let everything be asked for at once."""
    return serve(limits=WIDE, search=PeopleSearch(services[0].live))


@pytest.fixture
def hidden(town: Town, services: tuple[Services, DevelopmentIssuer]) -> dict[str, list[str]]:
    """The town, resolved; the ids of all who are shielded, by the first letter of the id."""
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    town.resolve(PEOPLE)
    services[0].live.read()
    found: dict[str, list[str]] = {"P": [], "A": [], "H": []}
    for row in nodes(town):
        if row.get("shielded") and row["id"][0] in "PA":
            found[row["id"][0]].append(row["id"])
    found["r"] = [town.record(*each) for name in ("dee", "eve") for each in PEOPLE[name]]
    assert found["P"]
    assert found["A"]
    town._lease.release()
    return found


def nodes(town: Town) -> list[dict[str, Any]]:
    """The properties of everything resolved in the graph."""
    rows = town.store.read("read.check_nodes", skip=0, limit=5_000)
    labels = (["Person"], ["Address"], ["Household"])
    return [dict(row["properties"]) for row in rows if row["labels"] in labels]
