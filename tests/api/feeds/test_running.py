"""Deliveries: what is signed, whole and in turn is loaded and deleted; anything else loads nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.api.feeds.drops import FEED, START, Agency, Service, rows, write_keys

from mast_api.feeds.manifest import MANIFEST, SIGNATURE
from mast_api.feeds.signing import sign_folder
from mast_graph.checks import faults
from mast_graph.deliveries import latest
from mast_resolver.errors import DeliveryError

pytestmark = pytest.mark.graph


def outcome(service: Service) -> list[tuple[int, str, str]]:
    return [(each.sequence, each.state, each.reason) for each in service.run().receipts]


def test_a_delivery_is_loaded_resolved_receipted_and_its_clear_text_deleted(
    taking: Service, agency: Agency
) -> None:
    agency.delivers(taking.root, 1, [rows(6), rows(4, first=7)])
    done = taking.run()
    (receipt,) = done.receipts
    assert (receipt.feed, receipt.sequence, receipt.state, receipt.rows) == (FEED, 1, "loaded", 10)
    assert taking.people() == 10
    assert sum(each.records for each in done.resolved) > 10  # people and places
    assert not any(faults(taking.store).values())
    assert taking.left() == []
    ((stored,),) = latest(taking.store).values()
    assert (stored.receipt.files, stored.received_at, stored.receipt.sent_at) == (2, START, START)
    assert stored.receipt.resolved


def test_a_delivery_that_is_not_signed_yet_waits(taking: Service, agency: Agency) -> None:
    drop = agency.delivers(taking.root, 1, rows(5))
    signature = (drop / SIGNATURE).read_bytes()
    (drop / SIGNATURE).unlink()
    assert taking.run().unfinished == 1
    assert taking.people() == 0
    (drop / SIGNATURE).write_bytes(signature)
    assert outcome(taking) == [(1, "loaded", "")]


def test_several_days_are_loaded_in_their_order_whatever_their_folders_are_called(
    taking: Service, agency: Agency
) -> None:
    for sequence, name, count in ((2, "a", 9), (1, "b", 8), (3, "c", 10)):
        agency.delivers(taking.root, sequence, rows(count), name=name)
    assert [each[0] for each in outcome(taking)] == [1, 2, 3]
    assert taking.people() == 10


def resigned(agency: Agency, drop: Path, change: Callable[[dict[str, object]], None]) -> None:
    """The agency signs something else than what it should have."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    said = json.loads((drop / MANIFEST).read_text())
    change(said)
    text = json.dumps(said).encode()
    key = load_pem_private_key(agency.private.read_bytes(), password=None)
    (drop / MANIFEST).write_bytes(text)
    (drop / SIGNATURE).write_bytes(key.sign(text))  # type: ignore[call-arg, union-attr]


def a_flipped_signature(agency: Agency, drop: Path) -> None:
    signature = bytearray((drop / SIGNATURE).read_bytes())
    signature[5] ^= 1
    (drop / SIGNATURE).write_bytes(bytes(signature))


def a_changed_manifest(agency: Agency, drop: Path) -> None:
    (drop / MANIFEST).write_bytes((drop / MANIFEST).read_bytes() + b" ")


def another_key(agency: Agency, drop: Path) -> None:
    other = drop.parent.parent / "other"
    other.mkdir()
    private, _ = write_keys(other)
    sign_folder(drop, agency.source, private, sequence=2, at=START)


def no_json(agency: Agency, drop: Path) -> None:
    (drop / MANIFEST).write_bytes(b"[" * 100_000)


def a_huge_manifest(agency: Agency, drop: Path) -> None:
    (drop / MANIFEST).write_bytes(b" " * (2 << 20))


def an_unknown_feed(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said.update(feed="test-housing/others"))


def another_agency(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said.update(agency="police"))


def a_path_upwards(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said["files"][0].update(name="../secret.csv"))  # type: ignore[index]


def a_link(agency: Agency, drop: Path) -> None:
    path = drop / "tenants-0.csv"
    target = drop.parent.parent / "secret.csv"
    path.rename(target)
    path.symlink_to(target)


def a_hard_link(agency: Agency, drop: Path) -> None:
    os.link(drop / "tenants-0.csv", drop.parent.parent / "mine-to-change.csv")


def a_missing_file(agency: Agency, drop: Path) -> None:
    (drop / "tenants-0.csv").unlink()


def one_file_more(agency: Agency, drop: Path) -> None:
    (drop / "more.csv").write_text(rows(3, first=90))


def a_longer_file(agency: Agency, drop: Path) -> None:
    with (drop / "tenants-0.csv").open("a") as file:
        file.write("t99,Mallory,Late,1980-01-01,1 High Street\n")


def a_flipped_byte(agency: Agency, drop: Path) -> None:
    content = (drop / "tenants-0.csv").read_text()
    (drop / "tenants-0.csv").write_text(content.replace("Ann1", "Bob1", 1))


def a_wrong_count(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said["files"][0].update(rows=11))  # type: ignore[index]


def tomorrow(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said.update(sent_at=(START + dt.timedelta(days=1)).isoformat()))


def the_same_number(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said.update(sequence=1))


def an_earlier_time(agency: Agency, drop: Path) -> None:
    resigned(agency, drop, lambda said: said.update(sent_at=(START - dt.timedelta(hours=1)).isoformat()))


@pytest.mark.parametrize(
    ("harm", "reason", "proved"),
    [
        (a_flipped_signature, "bad-signature", False),
        (a_changed_manifest, "bad-signature", False),
        (another_key, "bad-signature", False),
        (no_json, "manifest-unreadable", False),
        (a_huge_manifest, "manifest-unreadable", False),
        (an_unknown_feed, "unknown-feed", False),
        (another_agency, "wrong-agency", False),
        (a_path_upwards, "path-escape", True),
        (a_link, "path-escape", True),
        (a_hard_link, "path-escape", True),
        (a_missing_file, "file-missing", True),
        (one_file_more, "unlisted-file", True),
        (a_longer_file, "wrong-size", True),
        (a_flipped_byte, "wrong-hash", True),
        (a_wrong_count, "wrong-row-count", True),
        (tomorrow, "from-the-future", True),
        (the_same_number, "replayed", True),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_not_as_it_was_signed_loads_nothing_and_leaves_nothing_lying(
    taking: Service, agency: Agency, harm: Callable[[Agency, Path], None], reason: str, proved: bool
) -> None:
    agency.delivers(taking.root, 1, rows(10))
    assert outcome(taking) == [(1, "loaded", "")]
    harm(agency, agency.delivers(taking.root, 2, rows(12)))
    (receipt,) = taking.run().receipts
    assert (receipt.state, receipt.reason) == ("quarantined", reason)
    assert receipt.feed == (FEED if proved else "")
    assert taking.people() == 10
    assert taking.left() == []
    # The same number, sent as it should be, is taken: a refused one uses none up.
    agency.delivers(taking.root, 2, rows(12), name="again")
    assert outcome(taking) == [(2, "loaded", "")]
    assert taking.people() == 12


def test_a_folder_that_is_a_link_is_refused(taking: Service, agency: Agency, tmp_path: Path) -> None:
    agency.delivers(tmp_path, 1, rows(3), name="elsewhere")
    (taking.root / "link").symlink_to(tmp_path / "elsewhere")
    assert outcome(taking) == [(0, "quarantined", "path-escape")]
    assert (tmp_path / "elsewhere" / "tenants-0.csv").exists()
    assert taking.people() == 0


def test_a_snapshot_that_shrank_is_held_until_a_person_confirms_it(taking: Service, agency: Agency) -> None:
    agency.delivers(taking.root, 1, rows(10))
    agency.delivers(taking.root, 2, rows(8))
    assert outcome(taking) == [(1, "loaded", ""), (2, "loaded", "")]  # twenty per cent are no more than that
    agency.delivers(taking.root, 3, rows(6))
    assert outcome(taking) == [(3, "quarantined", "shrunk")]
    assert taking.people() == 8
    assert outcome(taking) == []
    released = taking.release(3)
    assert (released.state, released.by) == ("loaded", "steward-1")
    assert taking.people() == 6
    assert taking.left() == []
    with pytest.raises(DeliveryError):
        taking.release(3)


def test_the_day_after_a_held_one_is_loaded_and_the_held_one_then_comes_too_late(
    taking: Service, agency: Agency
) -> None:
    for sequence, count in ((1, 10), (2, 3), (3, 11)):
        agency.delivers(taking.root, sequence, rows(count))
    assert [each[1:] for each in outcome(taking)] == [
        ("loaded", ""),
        ("quarantined", "shrunk"),
        ("loaded", ""),
    ]
    with pytest.raises(DeliveryError, match="replayed"):
        taking.release(2)
    assert taking.people() == 11
    assert taking.release(2, discard=True).state == "discarded"
    assert taking.left() == []


def test_a_number_left_out_is_held_and_loaded_once_the_missing_one_came(
    taking: Service, agency: Agency
) -> None:
    agency.delivers(taking.root, 1, rows(10))
    agency.delivers(taking.root, 3, rows(12))
    assert outcome(taking) == [(1, "loaded", ""), (3, "quarantined", "out-of-order")]
    agency.delivers(taking.root, 2, rows(11))
    assert outcome(taking) == [(2, "loaded", "")]
    assert taking.release(3).state == "loaded"
    assert taking.people() == 12


def test_one_that_was_signed_before_the_last_one_is_out_of_order_until_a_person_confirms_it(
    taking: Service, agency: Agency, tmp_path: Path
) -> None:
    agency.delivers(taking.root, 1, rows(10))
    taking.run()
    second = agency.delivers(taking.root, 2, rows(12))
    an_earlier_time(agency, second)
    shutil.copytree(second, tmp_path / "kept")
    assert outcome(taking) == [(2, "quarantined", "out-of-order")]
    assert taking.people() == 10
    assert taking.release(2).state == "loaded"
    assert taking.people() == 12
    shutil.copytree(tmp_path / "kept", taking.root / "once more")
    assert outcome(taking) == [(2, "quarantined", "replayed")]
    agency.delivers(taking.root, 3, rows(13))
    assert outcome(taking) == [(3, "loaded", "")]


@pytest.mark.parametrize("discarded", ["by a person", "after a fortnight"])
def test_a_wrong_number_that_was_discarded_stops_nothing_and_is_not_taken_when_its_turn_comes(
    taking: Service, agency: Agency, tmp_path: Path, discarded: str
) -> None:
    agency.delivers(taking.root, 1, rows(10))
    wrong = agency.delivers(taking.root, 3, rows(30))
    shutil.copytree(wrong, tmp_path / "kept")
    assert outcome(taking) == [(1, "loaded", ""), (3, "quarantined", "out-of-order")]
    if discarded == "by a person":
        taking.release(3, discard=True)
    else:
        taking.now = START + dt.timedelta(days=15)
        taking.run()
    assert taking.left() == []
    agency.delivers(taking.root, 2, rows(11), at=taking.now)
    assert outcome(taking) == [(2, "loaded", "")]
    shutil.copytree(tmp_path / "kept", taking.root / "once more")
    assert outcome(taking) == [(3, "quarantined", "replayed")], "the same that was discarded"
    assert taking.people() == 11
    agency.delivers(taking.root, 3, rows(12), at=taking.now, name="the right one")
    assert outcome(taking) == [(3, "loaded", "")]
    assert taking.people() == 12


def test_a_discarded_snapshot_that_shrank_uses_its_number_up(taking: Service, agency: Agency) -> None:
    agency.delivers(taking.root, 1, rows(10))
    agency.delivers(taking.root, 2, rows(3))
    taking.run()
    taking.release(2, discard=True)
    agency.delivers(taking.root, 2, rows(11), name="another")
    assert outcome(taking) == [(2, "quarantined", "replayed")]


def test_what_nobody_confirms_is_deleted_after_a_fortnight(taking: Service, agency: Agency) -> None:
    agency.delivers(taking.root, 1, rows(10))
    agency.delivers(taking.root, 2, rows(1))
    taking.run()
    taking.now = START + dt.timedelta(days=13)
    taking.run()
    assert taking.left()
    taking.now = START + dt.timedelta(days=15)
    taking.run()
    assert taking.left() == []
    assert [each.receipt.state for each in latest(taking.store)[FEED]] == ["discarded", "loaded"]


def test_loaded_files_go_to_the_archive_where_the_feed_says_so(
    taking: Service, agency: Agency, tmp_path: Path
) -> None:
    taking.expects(agency, after=str(tmp_path / "archive"))
    agency.delivers(taking.root, 1, rows(3))
    taking.run()
    (kept,) = (tmp_path / "archive" / "test-housing-tenants").iterdir()
    assert (kept / "tenants-0.csv").read_text() == rows(3)
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert taking.left() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("agency: test-housing", "agency: ["), ("test-housing", "police")],
    ids=["broken", "other"],
)
def test_a_source_that_is_broken_or_of_another_feed_stops_its_feed_and_loses_nothing(
    taking: Service, agency: Agency, old: str, new: str
) -> None:
    agency.delivers(taking.root, 1, rows(3))
    text = agency.source.read_text()
    agency.source.write_text(text.replace(old, new))
    assert [fault.code for fault in taking.run().faults] == ["MAST-101"]
    agency.source.write_text(text)
    assert outcome(taking) == [(1, "loaded", "")]
