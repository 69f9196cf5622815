"""Stated relations in the real graph: the order of loading does not matter, nothing is updated in place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import AGREEMENT, FEED, batch, person, record_id
from tests.emptying import empty
from tests.graph.loads import Ticking, begun, load_all
from tests.graph_contents import contents, rows

from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.relations import relation_changes
from mast_graph.store import Login, Store
from mast_resolver.errors import GraphRefusedError
from mast_resolver.records import FOREVER, Batch, Relation, Retraction

BELIEVED = """
MATCH (r:PersonRecord)-[said:RELATED]->(other:RelatedId)
WHERE said.recorded_to = $forever
RETURN r.id AS person, other.id AS other, said.kind AS kind, said.feed AS feed, said.agreement AS agreement
"""
EVER = (
    "MATCH ()-[said:RELATED]->() RETURN said.recorded_from AS begin, said.recorded_to AS end ORDER BY begin"
)
NAMES = ("ann", "ben", "cat")


def said(who: str, kind: str, to: str, *, feed: str = FEED, agreement: str = AGREEMENT) -> Relation:
    """On the record of ``who``: ``to`` is their ``kind``."""
    return Relation(record_id(who), record_id(to), kind, feed, agreement)


def stating(
    *relations: Relation, people: Sequence[str] = (), restated: Sequence[str] = (), feed: str = FEED
) -> Batch:
    return Batch(
        records=tuple(person(name) for name in people),
        relations=relations,
        restated=tuple((record_id(name), feed) for name in restated),
    )


def believed(server: Login) -> set[Relation]:
    return {Relation(*row.values()) for row in rows(server, BELIEVED, forever=FOREVER)}


STATEMENTS = st.builds(
    said,
    st.sampled_from(NAMES),
    st.sampled_from(["PARENT", "SIBLING"]),
    st.sampled_from([*NAMES, "never loaded"]),
    feed=st.sampled_from([FEED, "walsall-police/other"]),
    agreement=st.just(AGREEMENT),
)


@given(st.lists(STATEMENTS, max_size=8), st.lists(STATEMENTS, max_size=8), st.data())
def test_only_what_is_restated_is_taken_back(
    stored: list[Relation], new: list[Relation], data: st.DataObject
) -> None:
    restated = data.draw(st.sets(st.sampled_from([(record_id(name), FEED) for name in NAMES])))
    put, close = relation_changes(stored, Batch(relations=tuple(new), restated=tuple(restated)))
    after = (set(stored) - set(close)) | set(put)
    assert after == set(new) | {each for each in stored if (each.person, each.feed) not in restated}
    assert relation_changes(after, Batch(relations=tuple(new), restated=tuple(restated))) == ([], [])


@pytest.mark.graph
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=8), data=st.data())
def test_order_and_batches_do_not_matter_and_twice_changes_nothing(
    statements: list[Relation], data: st.DataObject, store: Store, neo4j_server: Login
) -> None:
    """Rows state their own record and a relation of it; the other record comes before, after or never."""
    by_id = {record_id(name): name for name in NAMES}
    lines = [stating(each, people=[by_id[each.person]]) for each in statements]
    seen = []
    for shuffled in (lines, data.draw(st.permutations(lines))):
        sizes = data.draw(st.lists(st.integers(1, 4), min_size=len(lines), max_size=len(lines)))
        empty(store)
        with Lease.acquire(store, "tests") as lease:
            loader = Loader(store, lease, Ticking())
            load_all(loader, joined(shuffled, sizes))
            before = contents(neo4j_server)
            assert not load_all(loader, shuffled, file_hash="again").wrote
            assert contents(neo4j_server) == before
        seen.append(before)
    assert seen[0] == seen[1]
    assert believed(neo4j_server) == set(statements)
    assert len(rows(neo4j_server, EVER)) == len(set(statements))


def joined(lines: Sequence[Batch], sizes: Sequence[int]) -> list[Batch]:
    """The same rows in batches of these sizes."""
    found, rest = [], list(lines)
    for size in sizes:
        some, rest = rest[:size], rest[size:]
        records = {record.id: record for each in some for record in each.records}
        relations = dict.fromkeys(said for each in some for said in each.relations)
        if some:
            found.append(Batch(records=tuple(records.values()), relations=tuple(relations)))
    return found


@pytest.mark.graph
class TestClosing:
    @pytest.fixture
    def loader(self, store: Store) -> Loader:
        return Loader(store, Lease.acquire(store, "tests", renew=False), Ticking())

    def test_a_correction_closes_an_interval_and_adds_another(
        self, loader: Loader, neo4j_server: Login
    ) -> None:
        load = begun(loader)
        loader.load(load, stating(said("ann", "PARENT", "ben"), people=NAMES, restated=["ann"]))
        counts = loader.load(load, stating(said("ann", "PARENT", "cat"), restated=["ann"]))
        assert (counts.relations_new, counts.relations_closed) == (1, 1)
        assert believed(neo4j_server) == {said("ann", "PARENT", "cat")}
        first, second = rows(neo4j_server, EVER)
        assert first["begin"] < first["end"] == second["begin"] < second["end"]

    def test_what_two_feeds_state_is_taken_back_by_each_alone(
        self, loader: Loader, neo4j_server: Login
    ) -> None:
        other = said("ann", "PARENT", "ben", feed="walsall-police/other")
        load = begun(loader)
        loader.load(load, stating(said("ann", "PARENT", "ben"), other, people=NAMES))
        loader.load(load, stating(restated=["ann"]))
        assert believed(neo4j_server) == {other}

    def test_another_agreement_takes_the_place_of_the_one_before(
        self, loader: Loader, neo4j_server: Login
    ) -> None:
        load = begun(loader)
        loader.load(load, stating(said("ann", "PARENT", "ben"), people=NAMES))
        now = said("ann", "PARENT", "ben", agreement="mash-2027")
        loader.load(load, stating(now))
        assert believed(neo4j_server) == {now}

    def test_a_withdrawn_record_says_nothing_any_more(self, loader: Loader, neo4j_server: Login) -> None:
        load = begun(loader)
        theirs = said("ben", "CHILD", "ann")
        loader.load(load, stating(said("ann", "PARENT", "ben"), theirs, people=NAMES))
        loader.load(load, batch(gone=[Retraction(record=record_id("ann"))]))
        assert believed(neo4j_server) == {theirs}
        counts = loader.load(load, stating(said("ann", "PARENT", "ben"), people=["ann"]))
        assert (counts.records_returned, counts.relations_new) == (1, 1)
        assert len(rows(neo4j_server, EVER)) == 3

    def test_what_a_snapshot_lacks_is_closed_and_comes_back_as_a_new_interval(
        self, loader: Loader, neo4j_server: Login
    ) -> None:
        load = begun(loader)
        gone, stays = said("ann", "PARENT", "ben"), said("ann", "PARENT", "cat")
        elsewhere = said("ann", "SIBLING", "ben", feed="walsall-police/other")
        loader.load(load, stating(gone, stays, elsewhere, people=NAMES))
        records = {record_id(name) for name in NAMES}
        counts = loader.retract_missing(load, records, set(), {stays})
        assert (counts.relations_closed, counts.records_retracted) == (1, 0)
        assert believed(neo4j_server) == {stays, elsewhere}
        assert not loader.retract_missing(load, records, set(), {stays}).wrote
        loader.load(load, stating(gone))
        assert believed(neo4j_server) == {gone, stays, elsewhere}
        assert len(rows(neo4j_server, EVER)) == 4

    def test_nothing_can_be_stated_on_a_record_that_was_never_loaded(
        self, loader: Loader, neo4j_server: Login
    ) -> None:
        with pytest.raises(GraphRefusedError, match="never loaded"):
            loader.load(begun(loader), stating(said("ann", "PARENT", "ben"), people=["ben"]))
        assert believed(neo4j_server) == set()
