"""What a person is told of what is held about them, and what is kept back, with the law's reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from tests.api.rights.feeds import KEYS, Borough, Said
from tests.graph_contents import rows
from tests.town import NOW, Service, Town, ago

from mast_api.rights.identity import candidates
from mast_api.rights.in_words import markdown
from mast_api.rights.subject_access import JUDGED, Judged, Withheld, report, traces, who_looked
from mast_graph.store import Login, Store
from mast_graph.subject_access import former_ids_of, held_of_person
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import PersonQuery
from mast_resolver.errors import LeaseHeldError
from mast_resolver.records import EntityId

pytestmark = pytest.mark.graph

WILF = {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"}
GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
REFUGE = {"address": "The Haven Women's Refuge, 3 Station Street, Walsall WS1 1AA"}
FIGHT = {"contact_id": "fight", "contact_type": "DOMESTIC_ABUSE_INCIDENT"}


def of(
    borough: Borough, server: Login, agency: str, reference: str, judged: Judged
) -> dict[str, list[object]]:
    """Contacts and homes of whoever a record is, as they are told: what, or why not."""
    statement = "MATCH ({id: $id})-[:RESOLVES_TO]->(p:Person) RETURN p.id AS id"
    person = rows(server, statement, id=borough.record(agency, reference))[0]["id"]
    told = report(person, held_of_person(borough.store, EntityId(person)), [], [], judged, NOW)
    assert markdown(told)
    listed = [each for record in told["records"] for each in record["contacts"]]
    homes = [each for record in told["records"] for each in record["homes"]]
    return {
        "contacts": [each.get("withheld", each.get("what")) for each in listed],
        "others": [each["others"]["withheld"] for each in listed if "others" in each],
        "homes": ["withheld" in each for each in homes],
    }


@pytest.fixture
def fight(borough: Borough) -> Borough:
    borough.load(
        [
            Said(
                "police", "wilf", {**WILF, **HOME, **FIGHT, "contact_role": "suspect"}, {"contact_at": ago(9)}
            ),
            Said(
                "police",
                "grace",
                {**GRACE, **HOME, **FIGHT, "contact_role": "victim"},
                {"contact_at": ago(9)},
            ),
        ]
    )
    borough.resolve()
    return borough


def test_who_is_accused_is_not_told_what_somebody_in_danger_reported_until_it_is_released(
    fight: Borough, neo4j_server: Login
) -> None:
    assert of(fight, neo4j_server, "police", "wilf", Judged())["contacts"] == [Withheld.SERIOUS_HARM]
    (contact,) = rows(neo4j_server, "MATCH (c:Contact) RETURN c.id AS id")
    released = of(fight, neo4j_server, "police", "wilf", Judged(release={contact["id"]}))
    assert released["contacts"] == ["Domestic abuse incident (DASH standard 3; medium 4; high 5)"]
    assert released["others"] == [Withheld.THIRD_PARTY], "of her he is told nothing"


def test_who_was_hurt_is_told_but_nothing_of_others_and_an_officer_may_withhold(
    fight: Borough, neo4j_server: Login
) -> None:
    told = of(fight, neo4j_server, "police", "grace", Judged())
    assert told["contacts"] == ["Domestic abuse incident (DASH standard 3; medium 4; high 5)"]
    assert told["others"] == [Withheld.THIRD_PARTY]
    (contact,) = rows(neo4j_server, "MATCH (c:Contact) RETURN c.id AS id")
    for why in JUDGED:
        kept = of(fight, neo4j_server, "police", "grace", Judged({contact["id"]: why}))
        assert kept["contacts"] == [why]


def test_a_refuge_is_not_told_not_even_by_who_fled_there_nor_released(
    borough: Borough, neo4j_server: Login
) -> None:
    borough.load([Said("police", "grace", {**GRACE, **REFUGE, **FIGHT}, {"contact_at": ago(9)})])
    borough.resolve()
    (contact,) = rows(neo4j_server, "MATCH (c:Contact) RETURN c.id AS id")
    told = of(borough, neo4j_server, "police", "grace", Judged(release={contact["id"]}))
    assert told == {"contacts": [Withheld.SHIELDED], "others": [], "homes": [True]}


def test_who_looked_is_told_under_former_ids_as_well(town: Town, service: Service) -> None:
    town.says("police", "1", person="Grace Okonkwo", contact="DOMESTIC_ABUSE_INCIDENT")
    town.resolve({"grace": [("police", "1")]})
    service.answer("query ($id: ID!) { person(id: $id) { people { id } } }", id="P-grace")
    path = service.services.settings.data / "audit.jsonl"
    (look,) = who_looked(path, set(former_ids_of(town.store, ["P-grace"])))
    assert (look["who"], look["role"], look["purpose"]) == (
        "officer-7", "response-officer", "safeguarding-response"
    )  # fmt: skip
    assert look["asked"] == ["person"]
    assert list(who_looked(path, {"P-nobody"})) == []


HOSTEL = "The Lodge, 5 Canal Street, Walsall WS1 1AA"


def test_who_was_told_what_happened_to_somebody_looked_at_them_though_no_list_named_them(
    town: Town, service: Service
) -> None:
    """Of a large house a page has the contacts of all, and only some of the people."""
    for name, days in (("Grace", 9), ("Wilf", 3)):
        town.says("housing", name, person=f"{name} Okonkwo", place=HOSTEL, lives=(ago(90), None))
        town.says("police", name, person=f"{name} Okonkwo", contact="MISSING_PERSON", at=ago(days))
        town.says("fire", name, person=f"{name} Okonkwo", contact="SAFE_AND_WELL_VISIT", at=ago(30 - days))
    town.resolve(
        {name.lower(): [("housing", name), ("police", name), ("fire", name)] for name in ("Grace", "Wilf")}
    )
    ask = "query ($a: String!) { concernsAtAddress(address: $a, first: 1) { outcome } }"
    assert service.answer(ask, a=HOSTEL)["outcome"] == "ONE"
    path = service.services.settings.data / "audit.jsonl"
    held = held_of_person(town.store, EntityId("P-grace"))
    contacts = {contact["id"] for one in held for contact in one["contacts"]}
    assert len(contacts) == 2
    for judged, looks in ((Judged(), 1), (Judged(dict.fromkeys(contacts, Withheld.COURT)), 0)):
        ids = traces(held, judged)
        assert len(list(who_looked(path, ids))) == looks, judged
    trail = service.answer(
        """query { auditTrail(about: "P-grace", question: "concernsAtAddress") {
            edges { node { event } } } }""",
        role="information-governance-officer",
        purpose="information-governance",
    )
    assert "answer" in [each["node"]["event"] for each in trail["edges"]]


def test_nobody_is_read_where_the_look_cannot_be_noted(tmp_path: Path) -> None:
    def noted(event: str, said: Mapping[str, Any]) -> None:
        assert (event, set(said["sought"])) == ("identity-sought", {"given_name", "family_name"})
        raise LeaseHeldError("another writer is at work", fix="try again")

    graph = cast("Store", object())  # any question to it would be another error
    query = PersonQuery(given_name="Grace", family_name="Okonkwo")
    with pytest.raises(LeaseHeldError):
        candidates(graph, KEYS, tmp_path, Pseudonymiser(KEYS, lambda: NOW), query, noted)
