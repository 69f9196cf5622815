"""A delivery is known by its number: the same bytes come again with the next, and count again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.feeds.drops import KEYS, Agency, Service
from tests.graph_contents import rows

from mast_api.feeds.manifest import MANIFEST, parsed
from mast_api.loading import load_source
from mast_graph.lease import Lease
from mast_graph.store import Login

pytestmark = pytest.mark.graph

HEADER = "op,id,first,last,born,place\n"
ADD = HEADER + "add,17,Ann,Tester,1980-02-03,1 High Street\n"
RETRACT = HEADER + "retract,17,,,,\n"


@pytest.fixture
def changing(taking: Service, agency: Agency) -> Agency:
    """The agency, whose feed is one of changes."""
    text = agency.source.read_text().replace("mode: snapshot", "mode: delta\noperation: op")
    agency.source.write_text(text)
    return agency


def test_what_was_added_retracted_and_added_again_by_the_same_bytes_is_there(
    taking: Service, changing: Agency
) -> None:
    live = []
    for sequence, content in enumerate((ADD, RETRACT, ADD), 1):
        changing.delivers(taking.root, sequence, content)
        assert [each.state for each in taking.run().receipts] == ["loaded"]
        live.append(taking.people())
    assert live == [1, 0, 1]


def test_a_delivery_that_was_loaded_before_a_crash_is_not_loaded_twice(
    taking: Service, changing: Agency, neo4j_server: Login, tmp_path: Path
) -> None:
    drop = changing.delivers(taking.root, 1, ADD)
    number = parsed((drop / MANIFEST).read_bytes()).number
    with Lease.acquire(taking.store, "test") as lease:  # and the pass was killed before it wrote the receipt
        load_source(
            taking.store,
            lease,
            KEYS,
            changing.source,
            sorted(drop.glob("*.csv")),
            rejects_folder=tmp_path,
            delivery=number,
        )
    assert [each.state for each in taking.run().receipts] == ["loaded"]
    assert len(rows(neo4j_server, "MATCH (load:Load) RETURN load.id AS id")) == 1
    assert taking.left() == []
