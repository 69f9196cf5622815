"""Neo4j killed at random moments of a purge: run again it ends like one that was not."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from tests.api.rights.feeds import KEYS, holdings
from tests.end_to_end.test_killed_load import interrupted, load_and_resolve
from tests.graph_contents import rows

from mast_api.rights import leaving
from mast_api.rights.purging import Order, Purging
from mast_api.workspace import new_id, now
from mast_graph.checks import faults
from mast_graph.lease import Lease
from mast_graph.managed import ManagedServer
from mast_graph.purge_selecting import records_of_agency
from mast_graph.schema import apply_schema
from mast_graph.store import Login, Store, connect

pytestmark = [pytest.mark.graph, pytest.mark.slow]

KILLS = 4
AGENCY = "calderwick-police"


def leave(store: Store, folder: Path) -> None:
    with Lease.acquire(store, "test", ttl_s=1) as lease:
        order = Order(leaving.RULE, "officer-7", {"agency": AGENCY})
        purging = Purging(store, lease, KEYS, folder, order, clock=now, new_id=new_id)
        found = records_of_agency(store, AGENCY)
        leaving.leave(purging, lease, AGENCY, found, by="officer-7", at=now(), keep_held=False)


def test_a_purge_killed_again_and_again_ends_like_one_that_was_not(
    feeds: dict[str, list[Path]], tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.rights.purging.BATCH", 5)
    loaded, moments = tmp_path / "loaded", random.Random(7)
    with opened(loaded, cache) as (store, _):
        apply_schema(store)
        load_and_resolve(store, KEYS, feeds, loaded)
    ended = []
    for kills in (0, KILLS):
        data = tmp_path / f"killed {kills} times"
        shutil.copytree(loaded, data)
        cut_off = 0
        for _ in range(kills):
            with (
                ManagedServer(data, cache=cache, heap="512m", quick=True) as server,
                connect(server.uri, server.user, server.password) as killed,
            ):
                cut_off += interrupted(server, moments.uniform(1.0, 5.0), partial(leave, killed, data))
        assert cut_off or not kills, "no kill fell into a purge: the moments have to be chosen anew"
        with opened(data, cache) as (store, login):
            leave(store, data)
            assert not any(faults(store).values())
            proved = [json.loads(row["text"]) for row in rows(login, "MATCH (p:Proof) RETURN p.text AS text")]
            hashes = [each["hashes"]["records"] for each in proved if each["event"] == "purged"]
            ended.append((holdings(login), sorted(chain.from_iterable(hashes))))
    assert len(ended[0][1]) > 20
    assert ended[0] == ended[1], "each record has one proof, whatever was killed"


@contextmanager
def opened(data: Path, cache: Path) -> Iterator[tuple[Store, Login]]:
    with (
        ManagedServer(data, cache=cache, heap="512m", quick=True) as server,
        connect(server.uri, server.user, server.password) as store,
    ):
        yield store, Login(server.uri, server.user, server.password)
