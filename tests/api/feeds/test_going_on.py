"""One delivery that cannot be taken in never stops those of others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.api.feeds.drops import FEED, START, Agency, Service, rows

from mast_api.feeds.folder import DropFolder
from mast_api.feeds.manifest import MANIFEST, MOST_BYTES, SIGNATURE, ManifestError, small_file
from mast_graph.departures import depart
from mast_graph.lease import Lease

pytestmark = pytest.mark.graph


@pytest.fixture
def other(taking: Service, tmp_path: Path) -> Agency:
    """An agency whose deliveries come after those of the first."""
    other = Agency(tmp_path / "other")
    other.source.write_text(other.source.read_text().replace("test-housing", "test-schools"))
    taking.expects(other)
    return other


def outcome(service: Service) -> list[tuple[str, str, str]]:
    return [(each.feed, each.state, each.reason) for each in service.run().receipts]


def test_a_delivery_of_an_agency_that_left_is_refused_and_the_next_one_is_loaded(
    taking: Service, agency: Agency, other: Agency
) -> None:
    with Lease.acquire(taking.store, "test") as lease:
        depart(lease, "test-housing", by="officer-7", at=START)
    agency.delivers(taking.root, 1, rows(3))
    other.delivers(taking.root, 1, rows(5), name="other-1")
    assert outcome(taking) == [
        (FEED, "quarantined", "agency-left"),
        ("test-schools/tenants", "loaded", ""),
    ]
    assert taking.people() == 5
    assert taking.left() == []
    assert outcome(taking) == []


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link_out(path: Path) -> None:
    path.rename(path.parents[2] / path.name)
    path.symlink_to(path.parents[2] / path.name)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
@pytest.mark.parametrize("harm", [a_pipe, a_link_out, a_folder], ids=lambda harm: harm.__name__)
def test_a_manifest_that_is_no_file_is_neither_followed_nor_waited_for(
    taking: Service, agency: Agency, other: Agency, harm: Callable[[Path], None], name: str
) -> None:
    harm(agency.delivers(taking.root, 1, rows(3)) / name)
    other.delivers(taking.root, 1, rows(5), name="other-1")
    assert outcome(taking) == [
        ("", "quarantined", "manifest-unreadable"),
        ("test-schools/tenants", "loaded", ""),
    ]
    assert taking.left() == []


def test_the_place_in_the_turn_is_not_read_through_a_link(
    taking: Service, agency: Agency, tmp_path: Path
) -> None:
    folder = DropFolder(tmp_path / "turn")
    folder.taken.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    agency.delivers(folder.taken, 7, rows(3), name="a")
    a_link_out(agency.delivers(folder.taken, 9, rows(3), name="b") / MANIFEST)
    (folder.taken / "c").symlink_to(agency.delivers(elsewhere, 8, rows(3)))
    assert [path.name for path in folder.in_turn()] == ["b", "c", "a"]  # what gives no number comes first


def test_a_manifest_is_read_only_so_far(tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    path.write_bytes(b" " * MOST_BYTES)
    assert len(small_file(path)) == MOST_BYTES
    path.write_bytes(b" " * (MOST_BYTES + 1))
    for endless in (path, Path("/dev/zero")):
        with pytest.raises(ManifestError):
            small_file(endless)
