"""A restore does not bring back who was erased since the backup: the audit log says what went."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.audit.logs import opened
from tests.api.rights.feeds import KEYS, Borough, Said, holdings
from tests.town import NOW, ago

from mast_api.backup.making import DRAFT, LOCK, _clear_drafts
from mast_api.backup.replaying import Deeds, deeds_since, replay
from mast_api.rights import leaving
from mast_api.rights.proving import proof_of, take_over
from mast_api.rights.purging import Order, Purging
from mast_graph.departures import departed
from mast_graph.files import try_lock
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
    order = Order(leaving.RULE, "officer-7", {"agency": "nhs"})
    purging = Purging(
        backed_up.store, backed_up.lease, KEYS, tmp_path, order,
        clock=lambda: NOW, new_id=lambda: f"{next(backed_up._numbers):032x}",
    )  # fmt: skip
    gone = records_of_agency(backed_up.store, "nhs")
    leaving.leave(purging, backed_up.lease, "nhs", gone, by="officer-7", at=NOW, keep_held=False)
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
