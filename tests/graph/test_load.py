"""Batches into the graph: what is new is added, what changed gets a version, what is there stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import builders
from tests.builders import FEED, NOON, at_place, batch, contact, home, person, place, record_id, touches
from tests.emptying import empty
from tests.graph.loads import VERSIONS, Ticking, begun, day, family, load_all
from tests.graph_contents import contents, rows

from mast_graph.batch import write_batch
from mast_graph.lease import Lease
from mast_graph.load import Load, Loader
from mast_graph.store import Login, Store, Transaction
from mast_resolver.errors import GraphRefusedError
from mast_resolver.records import FOREVER, Batch, Kind, Residence

pytestmark = pytest.mark.graph

CURRENT_STAYS = """
MATCH (:PersonRecord {id: $id})-[stay:LIVES_AT]->(address) WHERE stay.recorded_to = $forever
RETURN address.id AS address ORDER BY address
"""


@pytest.fixture
def loader(store: Store) -> Iterator[Loader]:
    with Lease.acquire(store, "tests") as lease:
        yield Loader(store, lease, Ticking())


def test_a_batch_is_stored_with_typed_edges_and_roles(loader: Loader, neo4j_server: Login) -> None:
    counts = loader.load(begun(loader), family())
    assert (counts.records_new, counts.stays_new, counts.contacts_new) == (3, 2, 1)
    found = rows(
        neo4j_server, "MATCH (record)-[edge:DOMESTIC_ABUSE_INCIDENT]->(:Contact) RETURN edge.role AS role"
    )
    assert sorted(row["role"] for row in found) == ["caller", "place", "suspect"]


def test_loading_a_batch_again_writes_nothing(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    loader.load(load, family())
    before = contents(neo4j_server)
    again = loader.load(load, family())
    assert not again.wrote
    assert (again.records_same, again.contacts_same) == (3, 1)
    assert contents(neo4j_server) == before


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(loader: Loader, store: Store) -> None:
    load, costs = begun(loader), []
    for first, count in ((0, 2), (100, 40)):
        store.queries_run = 0
        loader.load(load, builders.rows(count, first=first))
        costs.append(store.queries_run)
    assert costs[0] == costs[1]


def test_a_changed_record_gets_a_version_and_keeps_the_old_one(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    loader.load(load, batch(people=[person("ann", 1)]))
    counts = loader.load(load, batch(people=[person("ann", 2)]))
    assert counts.records_changed == 1
    found = rows(neo4j_server, VERSIONS, id=record_id("ann"), forever=FOREVER)
    assert [row["current"] for row in found] == [False, True]
    assert found[0]["content"] != found[1]["content"]


def test_an_address_loses_the_tokens_its_new_version_lacks(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    old = place("mill lane")
    loader.load(load, batch(places=[old]))
    changed = place("mill lane", 2)
    lookup = {name: value for name, value in changed.lookup.items() if name != "building"}
    loader.load(load, batch(places=[replace(changed, lookup=lookup)]))
    found = rows(neo4j_server, "MATCH (a:AddressRecord) RETURN a.building AS building, a.place AS place")
    assert found == [{"building": None, "place": old.lookup["place"]}]


def test_a_move_keeps_both_homes_and_a_correction_only_one(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    loader.load(load, batch(people=[person("ann")], places=[place("old"), place("new"), place("right")]))
    loader.load(load, batch(homes=[home("ann", "old", day(1))]))
    loader.load(load, batch(homes=[home("ann", "new", day(9))]))
    loader.load(load, batch(homes=[home("ann", "right", day(9), seen=day(10))]))
    found = rows(neo4j_server, CURRENT_STAYS, id=record_id("ann"), forever=FOREVER)
    assert {row["address"] for row in found} == {record_id(name, Kind.ADDRESS) for name in ("old", "right")}


def test_a_home_said_again_is_confirmed_in_place(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    loader.load(load, family())
    counts = loader.load(load, batch(homes=[home("ann", "mill lane", day(1), seen=day(30))]))
    assert (counts.stays_confirmed, counts.stays_new, counts.stays_closed) == (1, 0, 0)
    found = rows(neo4j_server, "MATCH ()-[stay:LIVES_AT]->() RETURN stay.seen_at AS seen ORDER BY seen")
    assert [row["seen"].to_native() for row in found] == [day(2), day(30)]


def test_a_corrected_contact_is_a_new_node_and_the_old_one_is_closed(
    loader: Loader, neo4j_server: Login
) -> None:
    load = begun(loader)
    loader.load(load, family())
    later = contact("call", touches("ann", "victim"), content=2)
    counts = loader.load(load, batch(contacts=[later]))
    assert counts.contacts_changed == 1
    found = rows(
        neo4j_server,
        "MATCH (c:Contact) RETURN c.recorded_to = $forever AS current, COUNT { ()-->(c) } AS touches "
        "ORDER BY c.recorded_from",
        forever=FOREVER,
    )
    # It is no snapshot's load: whom the first one touched is touched still.
    assert found == [{"current": False, "touches": 3}, {"current": True, "touches": 4}]


@pytest.mark.parametrize(
    "dangling",
    [
        pytest.param(
            batch(contacts=[contact("call", touches("nobody"))]), id="a contact of an unknown person"
        ),
        pytest.param(
            batch(people=[person("ann")], homes=[home("ann", "nowhere", day(1))]), id="a home nowhere"
        ),
    ],
)
def test_what_names_an_unknown_record_is_refused_whole(
    dangling: Batch, loader: Loader, neo4j_server: Login
) -> None:
    load = begun(loader)
    with pytest.raises(GraphRefusedError):
        loader.load(load, dangling)
    assert not contents(neo4j_server)


def test_a_retracted_record_closes_what_hung_on_it_alone(loader: Loader, neo4j_server: Login) -> None:
    load = begun(loader)
    alone = contact("visit", touches("ann"), at_place("mill lane"), type_="SAFE_AND_WELL_VISIT")
    loader.load(load, family())
    loader.load(load, batch(contacts=[alone]))
    counts = loader.load(load, batch(gone=[builders.retract("ann")]))
    assert (counts.records_retracted, counts.contacts_retracted) == (1, 1)
    assert rows(neo4j_server, CURRENT_STAYS, id=record_id("ann"), forever=FOREVER) == []
    found = rows(
        neo4j_server,
        "MATCH (c:Contact) WHERE c.recorded_to = $forever RETURN c.type AS type",
        forever=FOREVER,
    )
    assert [row["type"] for row in found] == ["DOMESTIC_ABUSE_INCIDENT"]
    assert not loader.load(load, batch(gone=[builders.retract("ann")])).wrote


def test_a_record_that_comes_back_lives_again_with_what_it_says_now(
    loader: Loader, neo4j_server: Login
) -> None:
    load = begun(loader)
    loader.load(load, family())
    loader.load(load, batch(gone=[builders.retract("ann")]))
    counts = loader.load(load, batch(people=[person("ann")], homes=[home("ann", "mill lane", day(1))]))
    assert (counts.records_returned, counts.stays_new) == (1, 1)
    found = rows(neo4j_server, VERSIONS, id=record_id("ann"), forever=FOREVER)
    assert [row["current"] for row in found] == [False, True]


def test_a_retracted_contact_closes_and_may_come_back(loader: Loader) -> None:
    load = begun(loader)
    loader.load(load, family())
    gone = batch(gone=[builders.retract_contact("call")])
    assert loader.load(load, gone).contacts_retracted == 1
    assert not loader.load(load, gone).wrote
    assert loader.load(load, family()).contacts_new == 1


def test_a_snapshot_retracts_what_is_missing_of_its_own_feed_only(
    loader: Loader, neo4j_server: Login
) -> None:
    other = "walsall-police/visits"
    load = begun(loader)
    loader.load(load, family())
    loader.load(load, batch(people=[person("cat", feed=other)], homes=[home("cat", "mill lane", day(1))]))
    counts = loader.retract_missing(load, {record_id("ben")}, set())
    assert (counts.records_retracted, counts.contacts_retracted) == (1, 1)
    found = rows(
        neo4j_server,
        "MATCH (r) WHERE r.feed IS NOT NULL AND NOT r:Load AND r.recorded_to = $forever RETURN r.id AS id",
        forever=FOREVER,
    )
    living = {record_id("ben"), record_id("cat"), record_id("mill lane", Kind.ADDRESS)}
    assert {row["id"] for row in found} == living
    assert not loader.retract_missing(load, {record_id("ben")}, set()).wrote


def test_an_address_goes_with_the_last_that_hung_on_it(loader: Loader) -> None:
    load = begun(loader)
    loader.load(load, family())
    assert loader.retract_missing(load, set(), set()).records_retracted == 3


def test_a_file_is_skipped_once_it_is_fully_loaded(loader: Loader) -> None:
    load_all(loader, [family()], file_hash="monday")
    assert loader.begin(FEED, "monday") is None
    assert loader.begin(FEED, "tuesday") is not None
    assert loader.begin("other/feed", "monday") is not None


def test_an_older_snapshot_may_come_again_and_an_older_delta_not(loader: Loader) -> None:
    load_all(loader, [family()], file_hash="monday")
    load_all(loader, [family()], file_hash="tuesday")
    assert loader.begin(FEED, "monday", snapshot=False) is None
    assert loader.begin(FEED, "monday", snapshot=True) is not None


ROWS = st.lists(
    st.tuples(
        st.integers(0, 4),  # person
        st.integers(0, 2),  # place
        st.integers(0, 6),  # moved in
        st.integers(0, 6),  # seen later
        st.booleans(),  # start inferred
        st.booleans(),  # has a contact
    ),
    max_size=6,
)
BATCHES = st.lists(ROWS, min_size=1, max_size=3)
Row = tuple[int, int, int, int, bool, bool]


def as_batch(found: list[Row]) -> Batch:
    return batch(
        people=[person(who) for who in {row[0] for row in found}],
        places=[place(where) for where in {row[1] for row in found}],
        homes=[stay(row) for row in found],
        contacts=[contact(row[:2], touches(row[0]), at_place(row[1])) for row in found if row[5]],
    )


def stay(row: Row) -> Residence:
    who, where, start, later, inferred, _ = row
    return home(who, where, day(start), seen=day(start + later), inferred=inferred)


def loaded_at_once(store: Store, server: Login, batches: Sequence[Batch]) -> object:
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        load_all(Loader(store, lease, Ticking()), batches)
        return contents(server)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=BATCHES)
def test_loading_everything_again_changes_nothing(
    found: list[list[Row]], store: Store, neo4j_server: Login
) -> None:
    batches = [as_batch(each) for each in found]
    before = loaded_at_once(store, neo4j_server, batches)
    with Lease.acquire(store, "tests") as lease:
        counts = load_all(Loader(store, lease, Ticking()), batches, file_hash="again")
    assert not counts.wrote
    assert contents(neo4j_server) == before


class KilledError(Exception):
    """Stands for the process dying before the commit."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=BATCHES, data=st.data())
def test_a_load_that_died_and_is_repeated_ends_as_one_in_one_go(
    found: list[list[Row]], data: st.DataObject, store: Store, neo4j_server: Login
) -> None:
    batches = [as_batch(each) for each in found]
    expected = loaded_at_once(store, neo4j_server, batches)
    empty(store)
    dies_at = data.draw(st.integers(0, len(batches) - 1))
    with Lease.acquire(store, "tests") as lease:
        loader = Loader(store, lease, Ticking())
        load = begun(loader)
        for each in batches[:dies_at]:
            loader.load(load, each)
        with pytest.raises(KilledError):
            die_before_the_commit(lease, load, batches[dies_at])
        load_all(loader, batches)
    assert contents(neo4j_server) == expected


def die_before_the_commit(lease: Lease, load: Load, last: Batch) -> None:
    def work(tx: Transaction, tick: int) -> None:
        write_batch(tx, last, load=load.id, tick=tick, at=NOON)
        raise KilledError

    lease.write(work)
