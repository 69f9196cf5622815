"""An agency whose feed is expected, and the folder it delivers to."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.feeds.drops import Agency, Service

from mast_graph.store import Store


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return Agency(tmp_path / "agency")


@pytest.fixture
def taking(store: Store, tmp_path: Path, agency: Agency) -> Service:
    taking = Service(store, tmp_path / "data", tmp_path / "drop")
    taking.expects(agency)
    return taking
