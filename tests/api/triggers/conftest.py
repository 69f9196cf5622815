"""A town with rules in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from tests.api.triggers.alerts import Desk
from tests.town import LOADED, Town

from mast_graph.lease import Lease
from mast_graph.store import Store


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    with Lease.acquire(store, "tests") as lease:
        desk = Desk(Town(store, lease), lease)
        desk.enable(since=LOADED - dt.timedelta(days=900))
        yield desk
