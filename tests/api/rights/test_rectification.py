"""A corrected row reaches who is who, who lives with whom, and every answer; what was said stays."""

from __future__ import annotations

import pytest
from tests.api.rights.feeds import KEYS, Borough, Said
from tests.graph_contents import rows
from tests.town import ago

from mast_api.live import LiveResolver
from mast_api.people_search import PeopleSearch
from mast_graph.store import Login
from mast_intake.search import PersonQuery
from mast_resolver.model import read_model
from mast_resolver.records import RecordId

pytestmark = pytest.mark.graph

RIGHT = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
WRONG = {"given_name": "Wilhelmina", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "F"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
ELSEWHERE = {"address": "3 Station Street, Walsall WS1 1AA"}
QUERY = PersonQuery(given_name="Wilhelmina", family_name="Hathersage", address=ELSEWHERE["address"])


@pytest.fixture
def live(borough: Borough) -> LiveResolver:
    return LiveResolver(borough.store, KEYS, read_model("person"), warn=pytest.fail)


def found(borough: Borough, live: LiveResolver) -> list[str]:
    likely = PeopleSearch(live).search(borough.pseudonymiser.person_query(QUERY), 5)
    return [each.person for each in likely.found]


def people(server: Login, *records: RecordId) -> int:
    statement = """MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p)
        WHERE r.id IN $ids AND t.recorded_to.year = 9999 RETURN count(DISTINCT p) AS n"""
    return int(rows(server, statement, ids=list(records))[0]["n"])


def homes(server: Login, *records: RecordId) -> set[tuple[str, int]]:
    """The households that somebody of these records, or anybody, lives in now, with how many do."""
    statement = """MATCH (p:Person)-[m:MEMBER_OF]->(h:Household)
        WHERE m.to.year = 9999 AND ($ids = [] OR EXISTS {
          MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p) WHERE r.id IN $ids AND t.recorded_to.year = 9999 })
        RETURN DISTINCT h.id AS id, COUNT { (h)<-[now:MEMBER_OF]-() WHERE now.to.year = 9999 } AS people"""
    return {(row["id"], row["people"]) for row in rows(server, statement, ids=list(records))}


def test_a_corrected_row_joins_whom_it_is_and_moves_home_and_contacts(
    borough: Borough, live: LiveResolver, neo4j_server: Login
) -> None:
    concern = {"contact_id": "1", "contact_type": "SAFEGUARDING_CONCERN"}
    at = {"contact_at": ago(9)}
    borough.load(
        [Said("nhs", "1", {**RIGHT, **HOME}), Said("police", "2", {**WRONG, **ELSEWHERE, **concern}, at)]
    )
    borough.resolve()
    live.read()
    nhs, police = borough.record("nhs", "1"), borough.record("police", "2")
    assert people(neo4j_server, nhs, police) == 2
    assert found(borough, live)
    at_home = homes(neo4j_server, nhs)
    assert len(homes(neo4j_server)) == len(at_home | homes(neo4j_server, police)) == 2

    borough.load([Said("police", "2", {**RIGHT, **HOME, **concern}, at)])
    borough.resolve()
    live.catch_up()
    assert people(neo4j_server, nhs, police) == 1, "evidence is weighed by what is said now"
    assert not found(borough, live), "nobody is found by what was wrong"
    of_her = """MATCH (r:PersonRecord {id: $id})-[t:RESOLVES_TO]->(p)<-[o:RESOLVES_TO]-()-->(c:Contact)
        WHERE t.recorded_to.year = 9999 AND o.recorded_to.year = 9999 RETURN DISTINCT c.type AS type"""
    assert rows(neo4j_server, of_her, id=nhs) == [{"type": "SAFEGUARDING_CONCERN"}]
    assert homes(neo4j_server, nhs) == homes(neo4j_server, police) == at_home, "they are one, at one place"
    assert homes(neo4j_server) == at_home, "nobody lives where nobody was"
    said = rows(
        neo4j_server, "MATCH ({id: $id})-[:VERSION]->(v) RETURN v.recorded_to.year AS year", id=police
    )
    assert len(said) == 2, "what was said before stays on record, until it is purged"
