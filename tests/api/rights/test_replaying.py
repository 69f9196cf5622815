"""A restore does not bring back who was erased since the backup: the audit log says what went."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.api.audit.logs import opened
from tests.api.rights.feeds import KEYS, Borough, Said, holdings
from tests.town import NOW, ago

from mast_api.backup.making import DRAFT, LOCK, _clear_drafts
from mast_api.backup.replaying import RULE, Deeds, deeds_since, replay
from mast_api.rights import leaving
from mast_api.rights.proving import proof_of, take_over
from mast_api.rights.purging import Order, Purging
from mast_api.rights.staying_out import tombstone
from mast_graph.departures import departed, rejoin
from mast_graph.files import try_lock
from mast_graph.proofs import Proof
from mast_graph.purge_selecting import records_of_agency
from mast_graph.store import Login
from mast_graph.tombstones import lift_tombstones, read_tombstones

pytestmark = pytest.mark.graph

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
WILF = {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
FIGHT = {"contact_id": "fight", "contact_type": "DOMESTIC_ABUSE_INCIDENT"}
ALONE = {"contact_id": "alone", "contact_type": "SAFEGUARDING_CONCERN"}
SAID = [
    Said("nhs", "wilf", {**WILF, **HOME}),
    Said("police", "grace", {**GRACE, **HOME, **FIGHT}, {"contact_at": ago(20)}),
    Said("police", "wilf", {**WILF, **HOME, **FIGHT}, {"contact_at": ago(20)}),
    Said("police", "wilf", {**WILF, **ALONE}, {"contact_at": ago(30)}),
]


def loaded(borough: Borough) -> None:
    """As it was when the backup was made."""
    borough.store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
    borough.load(SAID)
    borough.resolve()


@pytest.fixture
def backed_up(borough: Borough) -> Borough:
    loaded(borough)
    return borough


def left_by(borough: Borough, folder: Path, agency: str) -> None:
    purging = Purging(
        borough.store, borough.lease, KEYS, folder, Order(leaving.RULE, "officer-7", {"agency": agency}),
        clock=lambda: NOW, new_id=lambda: f"{next(borough._numbers):032x}",
    )  # fmt: skip
    gone = records_of_agency(borough.store, agency)
    leaving.leave(purging, borough.lease, agency, gone, by="officer-7", at=NOW, keep_held=False)


def deeds_of(borough: Borough, folder: Path) -> Deeds:
    """What the log says after the service, or the command, took over what the graph kept for it."""
    with opened(folder / "audit.jsonl") as log:
        take_over(borough.store, log)
    return deeds_since(folder, NOW)


def test_who_was_erased_is_erased_again_and_stays_out(
    backed_up: Borough, neo4j_server: Login, tmp_path: Path
) -> None:
    with backed_up.purging(rule="erasure") as purging:
        purging.records([backed_up.record("police", "grace")], [], stay_out=True)
    found, stones = holdings(neo4j_server), read_tombstones(backed_up.store)
    deeds = deeds_of(backed_up, tmp_path)
    loaded(backed_up)
    assert holdings(neo4j_server) != found
    assert replay(backed_up.store, backed_up.lease, KEYS, tmp_path, deeds) == 1
    assert holdings(neo4j_server) == found
    assert read_tombstones(backed_up.store) == stones != frozenset()


def test_what_was_past_its_retention_and_an_agency_that_left_are_gone_again(
    backed_up: Borough, neo4j_server: Login, tmp_path: Path
) -> None:
    with backed_up.purging(rule="retention") as purging:
        purging.contacts([row["id"] for row in _contacts(backed_up, "SAFEGUARDING_CONCERN")])
    left_by(backed_up, tmp_path, "nhs")
    found = holdings(neo4j_server)
    deeds = deeds_of(backed_up, tmp_path)
    loaded(backed_up)
    # A contact; and of the agency a person and the address as it writes it.
    assert replay(backed_up.store, backed_up.lease, KEYS, tmp_path, deeds) == 3
    assert holdings(neo4j_server) == found
    assert departed(backed_up.store) == {"nhs"}


def test_what_was_taken_back_since_is_not_done_again(backed_up: Borough, tmp_path: Path) -> None:
    with backed_up.purging(rule="erasure") as purging:
        purging.records([backed_up.record("police", "grace")], [], stay_out=True)
    lift_tombstones(
        backed_up.lease, sorted(read_tombstones(backed_up.store)), by="officer-7", at=NOW,
        prove=lambda lifted: proof_of("erasure-lifted", "officer-7", {"stones": lifted}),
    )  # fmt: skip
    deeds = deeds_of(backed_up, tmp_path)
    loaded(backed_up)
    replay(backed_up.store, backed_up.lease, KEYS, tmp_path, deeds)
    assert read_tombstones(backed_up.store) == frozenset()


BACKED_UP = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)  # half an hour after the log's clock


@pytest.mark.parametrize(
    ("minutes", "gone"),
    [pytest.param(-20, 0, id="before the backup"), pytest.param(20, 2, id="after the backup")],
)
@pytest.mark.parametrize("how", ["lifted", "rejoined"])
def test_what_came_back_lawfully_before_the_backup_stays_and_what_it_still_held_goes(
    backed_up: Borough, neo4j_server: Login, tmp_path: Path, how: str, minutes: int, gone: int
) -> None:
    """Purged, let in again, loaded again and then backed up; or backed up, purged, and let in again."""
    grace, wilf = backed_up.record("police", "grace"), backed_up.record("police", "wilf")
    done_at = (BACKED_UP + dt.timedelta(minutes=minutes)).isoformat()
    if how == "lifted":
        with backed_up.purging(rule="erasure") as purging:
            # The last two at the place: the address as the police write it goes with them.
            purging.records([grace, wilf], [], stay_out=True)
        said: dict[str, Any] = {
            "event": "erasure-lifted",
            "done_at": done_at,
            "stones": [tombstone(KEYS, grace)],
        }
        lift_tombstones(
            backed_up.lease, said["stones"], by="officer-7", at=NOW, prove=lambda _: Proof("Y-1", said)
        )
    else:
        left_by(backed_up, tmp_path, "police")
        said = {"event": "agency-rejoined", "done_at": done_at, "agency": "police"}
        assert rejoin(backed_up.lease, "police", proof=Proof("Y-1", said))
    with opened(tmp_path / "audit.jsonl") as log:
        take_over(backed_up.store, log)
    deeds = deeds_since(tmp_path, BACKED_UP)
    backed_up.store.define("MATCH (n) WHERE NOT n:Lease DETACH DELETE n")
    backed_up.load(SAID[:2])
    backed_up.resolve()
    found = holdings(neo4j_server)
    assert replay(backed_up.store, backed_up.lease, KEYS, tmp_path, deeds) == gone
    assert (holdings(neo4j_server) == found) is (gone == 0)
    assert departed(backed_up.store) == frozenset()


def test_what_a_restore_purged_again_is_dropped_with_all_that_it_repeats_and_only_then() -> None:
    deeds = Deeds(backup_at=BACKED_UP)
    for purge, repeats in (("1", []), ("2", []), ("3", ["1"]), ("4", ["1", "3"]), ("5", ["1", "2"])):
        said = {"purge": purge, "rule": RULE if repeats else "erasure", "stones": [] if repeats else [purge]}
        deeds.take({"event": "purged", "hashes": {"records": [purge]}, "purges": repeats, **said})
    lifted = {"event": "erasure-lifted", "stones": ["1"]}
    deeds.take({**lifted, "done_at": (BACKED_UP - dt.timedelta(minutes=1)).isoformat()})
    assert deeds.records == {"2", "5"}
    assert deeds.stones == {"2": "2"}
    deeds.take({**lifted, "stones": ["2"], "done_at": BACKED_UP.isoformat()})
    assert deeds.records == {"2", "5"}, "lifted since: the backup holds what the purge took"


def test_nothing_is_done_where_nothing_was(backed_up: Borough, neo4j_server: Login, tmp_path: Path) -> None:
    found = holdings(neo4j_server)
    assert replay(backed_up.store, backed_up.lease, KEYS, tmp_path, deeds_since(tmp_path, NOW)) == 0
    assert holdings(neo4j_server) == found


def test_what_a_killed_backup_left_is_cleared_and_what_is_being_made_is_not(tmp_path: Path) -> None:
    for name in ("left", "made"):
        (tmp_path / f"{DRAFT}{name}.out").mkdir()
        (tmp_path / f"{DRAFT}{name}.out" / LOCK).touch()
    (tmp_path / ".something-else").mkdir()
    assert try_lock(tmp_path / f"{DRAFT}made.out" / LOCK) is not None
    _clear_drafts(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{DRAFT}made.out", ".something-else"}


def _contacts(borough: Borough, type_: str) -> list[dict[str, str]]:
    rows = borough.store.read("read.check_nodes", skip=0, limit=1_000)
    return [row["properties"] for row in rows if row["properties"].get("type") == type_]
