"""A folder that we may not read or take stops nobody else's delivery, and is told of once a pass."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.feeds.drops import Agency, Service, rows

pytestmark = pytest.mark.graph

NOBODY = 65_534


@pytest.fixture
def unprivileged(taking: Service, agency: Agency, tmp_path: Path) -> Iterator[None]:
    """Whoever takes deliveries, a first one already, is not the administrator, whom no rights keep out."""
    agency.delivers(taking.root, 1, rows(4))
    assert [each.state for each in taking.run().receipts] == ["loaded"]
    if os.geteuid() != 0:
        yield
        return
    temporary = Path(tempfile.gettempdir())
    above = [each for each in tmp_path.parents if each.is_relative_to(temporary) and each != temporary]
    rights = {folder: folder.stat().st_mode for folder in above}
    for folder in above:
        folder.chmod(0o711)
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for folder, before in rights.items():
            folder.chmod(before)


@pytest.mark.parametrize(
    "rights", [pytest.param(0o000, id="nothing may be read"), pytest.param(0o500, id="it may not be moved")]
)
def test_a_folder_that_may_not_be_taken_stops_nobody_else(
    taking: Service, agency: Agency, unprivileged: None, rights: int
) -> None:
    shut = agency.delivers(taking.root, 3, rows(6), name="a")
    agency.delivers(taking.root, 2, rows(5), name="b")
    shut.chmod(rights)
    try:
        done = taking.run()
        assert [(each.sequence, each.state) for each in done.receipts] == [(2, "loaded")]
        (fault,) = done.faults
        assert "rights keep us out: 1" in str(fault)
        assert str(shut) not in str(fault)
        assert taking.people() == 5
    finally:
        shut.chmod(0o700)
    assert [(each.sequence, each.state) for each in taking.run().receipts] == [(3, "loaded")]


def test_a_file_that_may_not_be_read_refuses_its_delivery(
    taking: Service, agency: Agency, unprivileged: None
) -> None:
    (agency.delivers(taking.root, 2, rows(5)) / "tenants-0.csv").chmod(0o000)
    done = taking.run()
    assert [(each.state, each.reason) for each in done.receipts] == [("quarantined", "unusable")]
    assert (done.faults, taking.left()) == ((), [])
