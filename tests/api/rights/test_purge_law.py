"""A graph loaded with everything and purged of some of it is the graph loaded without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.api.rights.feeds import Borough, Said, holdings
from tests.graph_contents import rows as rows_of
from tests.town import NOW, ago

from mast_graph.checks import faults
from mast_graph.glass import Glass, aim_glass, put_glass
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_resolver.ports import Constraint

pytestmark = pytest.mark.graph

AGENCIES = ("fire", "nhs", "police")
PEOPLE = (
    {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"},
    {"given_name": "Daniel", "family_name": "Okonkwo", "date_of_birth": "1981-02-19", "sex": "M"},
    {"given_name": "Ruth", "family_name": "Hathersage", "date_of_birth": "2012-11-30", "sex": "F"},
    {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"},
)
PLACES = (
    "14 Mill Lane, Walsall WS2 2BB",
    "Flat 1, 20 Mill Lane, Walsall WS2 2BB",
    "Flat 2, 20 Mill Lane, Walsall WS2 2BB",
    "20 Mill Lane, Walsall WS2 2BB",
    "The Haven Women's Refuge, 3 Station Street, Walsall WS1 1AA",
)
TYPES = ("DOMESTIC_ABUSE_INCIDENT", "SAFEGUARDING_CONCERN", "MISSING_PERSON")
REFERENCES = [(agency, f"{number}") for agency in AGENCIES for number in range(1, 5)]


@st.composite
def rows(draw: st.DrawFn) -> list[Said]:
    """Some rows for most of the references. What a contact says of its place its rows agree on."""
    found = []
    for agency, reference in draw(st.lists(st.sampled_from(REFERENCES), unique=True, min_size=3, max_size=9)):
        who = dict(draw(st.sampled_from(PEOPLE)))
        if draw(st.booleans()):
            who["shielded"] = draw(st.sampled_from(("person", "")))
        relative = draw(st.sampled_from(["", *"1234"]))
        for _ in range(draw(st.integers(1, 2))):
            place = draw(st.integers(0, len(PLACES) - 1))
            text = {**who, "address": PLACES[place]}
            moments: dict[str, dt.datetime] = {}
            if draw(st.booleans()):
                shared = draw(st.integers(0, 2))
                text |= {"contact_id": f"{shared} at {place}", "contact_type": TYPES[shared]}
                moments["contact_at"] = ago(40 * shared + place)
            if draw(st.booleans()):
                moments["valid_from"] = ago(draw(st.integers(1, 6)) * 200)
            if relative and relative != reference:
                text |= {"related_to": relative, "relation": "parent"}
            found.append(Said(agency, reference, {k: v for k, v in text.items() if v}, moments))
    return sorted(found, key=lambda each: each.agency)


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


def without(said: list[Said], gone: set[tuple[str, str]]) -> list[Said]:
    """The rows but those of some references, with nothing stated of these."""
    left = []
    for each in said:
        if (each.agency, each.reference) in gone:
            continue
        text = dict(each.text)
        if (each.agency, text.get("related_to", "")) in gone:
            del text["related_to"], text["relation"]
        left.append(Said(each.agency, each.reference, text, each.moments))
    return left


# Shrinking takes minutes at two loads an example.
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(said=rows(), data=st.data())
def test_what_is_purged_was_never_loaded(
    store: Store, neo4j_server: Login, lease: Lease, tmp_path: Path, said: list[Said], data: st.DataObject
) -> None:
    references = sorted({(each.agency, each.reference) for each in said})
    gone = set(data.draw(st.lists(st.sampled_from(references), unique=True, min_size=1)))
    decided = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(references), st.sampled_from(references), st.sampled_from(Constraint)
            ).filter(lambda each: each[0] != each[1]),
            unique_by=lambda each: each[:1],
            max_size=2,
        )
    )
    if len(decided) == 2 and {decided[0][0], decided[0][1]} == {decided[1][0], decided[1][1]}:
        decided.pop()

    def world(rows: list[Said], but: set[tuple[str, str]]) -> Borough:
        store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
        borough = Borough(store, lease, tmp_path)
        if but:
            borough.freeze(frozen)
        borough.load(rows)
        for left, right, kind in decided:
            if not {left, right} & but:
                borough.decide(borough.record(*left), borough.record(*right), kind)
        borough.resolve()
        return borough

    borough = world(said, set())
    looked = [row["id"] for row in rows_of(neo4j_server, "MATCH (e:Person|Address) RETURN e.id AS id")]
    put_glass(store, Glass("G-1", "pc-7", "response-officer", "safeguarding-response", "", NOW, NOW), b"why")
    aim_glass(store, "G-1", looked)
    borough.purge([borough.record(*each) for each in sorted(gone)])
    assert not any(faults(store).values()), faults(store)
    found, frozen = holdings(neo4j_server), borough.frozen()
    world(without(said, gone), gone)
    assert found == holdings(neo4j_server)
