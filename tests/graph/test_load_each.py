"""A file batch by batch: small ones share a transaction, and a load that stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests import builders
from tests.builders import FEED, batch, home, person, record_id
from tests.graph.loads import VERSIONS, Ticking, begun, day, family
from tests.graph_contents import rows

from mast_graph.batch import Counts
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Login, Store
from mast_resolver.errors import GraphRefusedError, UnreadableFileError
from mast_resolver.records import FOREVER, Batch

pytestmark = pytest.mark.graph


@pytest.fixture
def loader(store: Store) -> Iterator[Loader]:
    with Lease.acquire(store, "tests") as lease:
        yield Loader(store, lease, Ticking())


def test_a_half_loaded_file_goes_on_under_its_id(loader: Loader) -> None:
    first = begun(loader)
    loader.load(first, family())
    assert begun(loader) == first


def test_a_half_loaded_file_goes_on_behind_the_batches_that_are_stored(
    loader: Loader, neo4j_server: Login
) -> None:
    first = begun(loader)
    told = [batch(people=[person("ann", content)]) for content in (1, 2, 3)]
    assert list(loader.load_each(first, told[:2]))
    # Again from its beginning, content 1 would be taken for a change back, and 2 for another change.
    again = begun(loader)
    assert again.batches == 2
    assert again.begun == first.begun
    (counts,) = loader.load_each(again, told)
    assert counts.records_changed == 1
    versions = rows(neo4j_server, VERSIONS, id=record_id("ann"), forever=FOREVER)
    assert [row["content"] for row in versions] == [each.records[0].content for each in told]


@pytest.mark.parametrize(("together", "stored"), [(1, 2), (2, 2), (3, 0), (4, 0)])
def test_nothing_is_written_with_a_batch_that_was_refused_or_behind_it(
    loader: Loader, monkeypatch: pytest.MonkeyPatch, together: int, stored: int
) -> None:
    monkeypatch.setattr("mast_graph.load.TOGETHER", together)
    ann, ben, *others = (batch(people=[person(name)]) for name in ("ann", "ben", "cid", "dot"))
    refused = batch(homes=[home("no", "where", day(1))])
    with pytest.raises(GraphRefusedError):
        list(loader.load_each(begun(loader), [ann, ben, refused, *others]))
    assert begun(loader).batches == stored


@pytest.mark.parametrize(("together", "transactions"), [(1, 4), (2, 2), (7, 1)])
def test_small_batches_share_a_transaction_and_end_as_they_do_alone(
    loader: Loader,
    store: Store,
    neo4j_server: Login,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
    transactions: int,
) -> None:
    monkeypatch.setattr("mast_graph.load.TOGETHER", together)
    said = [
        batch(people=[person("ann", 1)]),
        batch(gone=[builders.retract("ann")]),
        batch(people=[person("ann", 2)]),
        batch(people=[person("ann", 1)]),
    ]
    load = begun(loader)
    before = store.read("read.state_tick")[0]["tick"]
    counts = sum(loader.load_each(load, said), Counts())
    assert store.read("read.state_tick")[0]["tick"] - before == transactions
    assert (counts.records_new, counts.records_retracted) == (1, 1)
    assert (counts.records_returned, counts.records_changed) == (1, 1)
    versions = rows(neo4j_server, VERSIONS, id=record_id("ann"), forever=FOREVER)
    assert [row["current"] for row in versions] == [False, False, True]


def test_what_was_drawn_before_a_fault_of_the_file_is_written(loader: Loader) -> None:
    def told() -> Iterator[Batch]:
        yield from (batch(people=[person(name)]) for name in ("ann", "ben", "cid"))
        raise UnreadableFileError("the file ends in the middle of a row", fix="send it again")

    with pytest.raises(UnreadableFileError):
        list(loader.load_each(begun(loader), told()))
    assert begun(loader).batches == 3


def test_a_file_that_another_version_cuts_into_batches_begins_anew(loader: Loader) -> None:
    first = begun(loader)
    assert list(loader.load_each(first, [family()]))
    again = loader.begin(FEED, "hash", read_by="another")
    assert again is not None
    assert (again.id, again.batches) == (first.id, 0)
