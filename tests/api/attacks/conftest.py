"""A service whose limits let everything be asked for at once, over the town with a refuge and witnesses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.shields.conftest import PEOPLE, WIDE, tell_what_may_be_known, tell_what_may_not
from tests.api.triggers.alerts import Desk
from tests.graph_contents import rows
from tests.town import NOW, Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.opening import frequencies_context
from mast_api.people_search import PeopleSearch
from mast_api.ports import Services
from mast_graph.frequencies import StoredFrequencies, put_frequencies
from mast_graph.store import Login
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import read_model, write_model
from mast_resolver.records import Kind


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
def hidden(
    town: Town, services: tuple[Services, DevelopmentIssuer], neo4j_server: Login
) -> dict[str, list[str]]:
    """The town, resolved; of all who are shielded the ids by their first letter, ``D`` and ``L`` of what is
    about them: a decision and an alert of before anybody knew that they had fled."""
    tell_what_may_be_known(town)
    for days in (41, 40):
        town.says("nhs", "dee", person="Deirdre Okafor", contact="WAS_NOT_BROUGHT", at=ago(days),
                  contact_id=f"missed-{days}")  # fmt: skip
    people = PEOPLE | {"dee": [*PEOPLE["dee"], ("nhs", "dee")]}
    desk = Desk.of(town, "child-not-brought-twice")
    desk.resolve(people)
    alerts = [each["id"] for each in town.store.read("read.every_alert")]
    tell_what_may_not(town)
    town.resolve(people)
    weighed(town)
    services[0].live.read()
    services[0].live_addresses.read()
    found: dict[str, list[str]] = {"P": [], "A": [], "L": alerts, "D": ["D-hidden"]}
    found["H"] = households(neo4j_server)
    for row in nodes(town):
        if row.get("shielded") and row["id"][0] in "PA":
            found[row["id"][0]].append(row["id"])
    found["r"] = [town.record(*each) for name in ("dee", "eve") for each in PEOPLE[name]]
    decided(town, found["r"][0], town.record("police", "ann"), "D-hidden")
    assert all(found.values())
    town._lease.release()
    return found


def weighed(town: Town) -> None:
    """As if all evidence were weighed: while it is not, nothing is decided about anybody, shielded or not."""
    for kind in Kind:
        model, context = read_model(kind.value), frequencies_context(kind)
        counted = town.keys.seal(term_frequencies(model, ()).pack(), context=context)
        stored = StoredFrequencies(model.version, model.version, write_model(model), 1_000, counted)
        put_frequencies(town._lease, kind, stored, at=NOW)


def decided(town: Town, one: str, other: str, id_: str) -> None:
    """A steward said of two records, while both could be seen, that they are not one person's."""
    left, right = sorted((one, other))
    town.store.define(
        f"MATCH (l:PersonRecord {{id: '{left}'}}), (r:PersonRecord {{id: '{right}'}}) "
        f"CREATE (l)-[:STEWARD {{id: '{id_}', kind: 'cannot', by: 's', reason: 'x', at: datetime()}}]->(r)"
    )


def households(server: Login) -> list[str]:
    """Those at a shielded place, and those of whose people none may be seen."""
    found = rows(
        server,
        """
        MATCH (h:Household)
        WHERE EXISTS { MATCH (h)-[:HOUSEHOLD_AT]->(a:Address) WHERE a.shielded }
          OR NOT EXISTS { MATCH (h)<-[:MEMBER_OF]-(p:Person) WHERE p.shielded IS NULL }
        RETURN h.id AS id ORDER BY id
        """,
    )
    return [row["id"] for row in found]


def nodes(town: Town) -> list[dict[str, Any]]:
    """The properties of everything resolved in the graph."""
    rows = town.store.read("read.check_nodes", skip=0, limit=5_000)
    labels = (["Person"], ["Address"], ["Household"])
    return [dict(row["properties"]) for row in rows if row["labels"] in labels]
