"""What a purge takes with it, what it leaves, and who hears of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.api.rights.feeds import KEYS, Borough, Said, traces
from tests.graph_contents import rows
from tests.town import NOW, ago

from mast_api.audit.check import verify
from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog
from mast_api.live import LiveResolver
from mast_api.rights.proving import ProofKeeper, note_first, take_over, take_over_if_free
from mast_api.settings import Settings
from mast_api.workspace import AUDIT, audit_log, prepare
from mast_graph.checks import faults
from mast_graph.proofs import read_proofs
from mast_graph.purge import PARTED_VALUE
from mast_graph.store import Login, Store
from mast_resolver.errors import AuditUnavailableError
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint
from mast_resolver.records import FOREVER, RecordId

pytestmark = pytest.mark.graph

GRACE = {"given_name": "Grace", "family_name": "Okonkwo", "date_of_birth": "1983-08-06", "sex": "F"}
WILF = {"given_name": "Wilf", "family_name": "Hathersage", "date_of_birth": "1950-01-04", "sex": "M"}
RUTH = {"given_name": "Ruth", "family_name": "Smith", "date_of_birth": "2012-11-30", "sex": "F"}
HOME = {"address": "14 Mill Lane, Walsall WS2 2BB"}
ELSEWHERE = {"address": "3 Station Street, Walsall WS1 1AA"}
FIGHT = {"contact_id": "fight", "contact_type": "DOMESTIC_ABUSE_INCIDENT"}
ALONE = {"contact_id": "alone", "contact_type": "SAFEGUARDING_CONCERN"}
AT = {"contact_at": ago(20)}


@pytest.fixture
def town(borough: Borough) -> Borough:
    """Grace and Wilf share a contact; Grace has one of her own, at a home of which only she speaks."""
    borough.load(
        [
            Said("police", "grace", {**GRACE, **HOME, **FIGHT}, AT),
            Said("police", "wilf", {**WILF, **HOME, **FIGHT}, AT),
            Said("police", "grace", {**GRACE, **ELSEWHERE, **ALONE}, AT),
            Said("nhs", "grace", {**GRACE, **HOME, "related_to": "wilf", "relation": "child"}),
            Said("nhs", "wilf", {**WILF, **HOME, "related_to": "grace", "relation": "parent"}),
        ]
    )
    borough.resolve()
    return borough


def contacts(server: Login) -> list[tuple[str, list[str]]]:
    found = rows(server, "MATCH (c:Contact) RETURN c.type AS type, [(r)-->(c) | r.id] AS records")
    return sorted((row["type"], sorted(row["records"])) for row in found)


def test_a_log_that_cannot_be_written_is_told_from_one_that_the_service_holds(
    town: Borough, tmp_path: Path
) -> None:
    settings = replace(Settings.read({}), data=tmp_path / "data")
    path = prepare(settings.data) / AUDIT
    town.purge([town.record("police", "grace")])
    waiting = len(read_proofs(town.store))
    assert waiting > 0
    with audit_log(settings):
        assert not take_over_if_free(town.store, settings)
    path.unlink()
    path.mkdir()  # no file can be written there, as on a full disk
    with pytest.raises(AuditUnavailableError, match="its proof waits in the graph"):
        take_over_if_free(town.store, settings)
    with pytest.raises(AuditUnavailableError):
        note_first(town.store, settings, "anything", "officer-7", {})
    assert len(read_proofs(town.store)) == waiting, "nothing is lost, and nothing was done"
    path.rmdir()
    assert take_over_if_free(town.store, settings)
    assert not read_proofs(town.store)


def test_a_shared_contact_loses_an_edge_and_ones_own_goes(town: Borough, neo4j_server: Login) -> None:
    grace, wilf = town.record("police", "grace"), town.record("police", "wilf")
    home = "MATCH (:PersonRecord {id: $id})-[:LIVES_AT]->(a:AddressRecord) RETURN a.id AS id"
    place = rows(neo4j_server, home, id=wilf)
    town.purge([grace])
    assert contacts(neo4j_server) == [("DOMESTIC_ABUSE_INCIDENT", sorted([wilf, place[0]["id"]]))]


@pytest.mark.parametrize(
    ("of_the_other", "left"),
    [
        pytest.param(ELSEWHERE, ["3 Station Street"], id="they keep their own"),
        pytest.param({}, ["14 Mill Lane"], id="a contact keeps its last place"),
    ],
)
def test_a_shared_contact_is_seen_no_more_where_only_who_went_was_at_home(
    borough: Borough, neo4j_server: Login, of_the_other: dict[str, str], left: list[str]
) -> None:
    borough.load(
        [
            Said("police", "grace", {**GRACE, **HOME, **FIGHT}, AT),
            Said("police", "wilf", {**WILF, **of_the_other, **FIGHT}, AT),
            # Somebody else speaks of the home as well: its record stays whatever happens.
            Said("police", "ruth", {**RUTH, **HOME}),
        ]
    )
    borough.resolve()
    borough.purge([borough.record("police", "grace")])
    lives = "MATCH (:PersonRecord {id: $id})-[:LIVES_AT]->(a:AddressRecord) RETURN a.id AS id"
    where = {
        rows(neo4j_server, lives, id=borough.record("police", "ruth"))[0]["id"]: "14 Mill Lane",
        **{
            row["id"]: "3 Station Street"
            for row in rows(neo4j_server, lives, id=borough.record("police", "wilf"))
        },
    }
    found = rows(neo4j_server, "MATCH (:Contact)<--(a:AddressRecord) RETURN a.id AS id")
    assert [where[row["id"]] for row in found] == left
    assert not any(faults(borough.store).values())


def test_a_contact_whose_first_version_was_purged_can_be_corrected_again(
    borough: Borough, neo4j_server: Login
) -> None:
    borough.load([Said("police", "grace", {**GRACE, **FIGHT}, AT)])
    borough.load([Said("police", "wilf", {**WILF, **FIGHT, "severity": "4"}, AT)])
    borough.resolve()
    borough.purge([borough.record("police", "grace")])
    borough.load([Said("police", "wilf", {**WILF, **FIGHT, "severity": "5"}, AT)])
    found = rows(neo4j_server, "MATCH (c:Contact) RETURN split(c.version, '.')[1] AS number ORDER BY number")
    assert [row["number"] for row in found] == ["2", "3"]


def test_nothing_in_the_graph_names_who_was_purged(town: Borough, neo4j_server: Login) -> None:
    gone = [town.record("police", "grace"), town.record("nhs", "grace")]
    entity = rows(neo4j_server, "MATCH (r {id: $id})-[:RESOLVES_TO]->(p) RETURN p.id AS id", id=gone[0])[0][
        "id"
    ]
    assert set(traces(neo4j_server, [*gone, entity])) > {"PersonRecord", "Person", "RecordVersion", "Change"}
    town.purge(gone)
    # Whoever keeps people in memory has to hear of it; from the next purge on nothing names them.
    assert traces(neo4j_server, [*gone, entity]) == ["Change"]
    town.purge([])
    assert traces(neo4j_server, [*gone, entity]) == []
    assert not any(faults(town.store).values())


def test_an_address_only_they_spoke_of_goes_and_a_shared_one_stays(
    town: Borough, neo4j_server: Login
) -> None:
    count = "MATCH (a:AddressRecord {agency: 'police'}) RETURN count(a) AS n"
    assert rows(neo4j_server, count)[0]["n"] == 2
    town.purge([town.record("police", "grace")])
    assert rows(neo4j_server, count)[0]["n"] == 1


def test_a_name_that_nobody_has_any_more_has_no_frequency(borough: Borough) -> None:
    borough.load(
        [Said("police", f"g{n}", GRACE) for n in range(3)] + [Said("police", f"w{n}", WILF) for n in range(3)]
    )
    borough.resolve()
    before = _frequent(borough)
    borough.purge([borough.record("police", f"g{n}") for n in range(2)])
    assert _frequent(borough) == before, "one Grace is left"
    borough.purge([borough.record("police", "g2")])
    # Her given name, family name and date of birth.
    assert len(before) - len(_frequent(borough)) == 3


def _frequent(borough: Borough) -> set[bytes]:
    from mast_api.opening import scorer_for

    frequencies = scorer_for(borough.store, KEYS, read_model("person"))._frequencies
    assert frequencies is not None
    return {name.encode() + token for name, seen in frequencies.counts.items() for token in seen}


def test_what_a_purged_record_held_together_is_to_be_looked_at(borough: Borough, neo4j_server: Login) -> None:
    borough.load(
        [Said("police", "a", GRACE), Said("nhs", "bridge", WILF), Said("fire", "c", {**RUTH, **ELSEWHERE})]
    )
    left, bridge, right = (
        borough.record(*each) for each in (("police", "a"), ("nhs", "bridge"), ("fire", "c"))
    )
    borough.decide(left, bridge, Constraint.MUST)
    borough.decide(bridge, right, Constraint.MUST)
    borough.resolve()
    assert _people(neo4j_server, left, right) == 1
    borough.purge([bridge])
    assert _people(neo4j_server, left, right) == 2
    assert _queue(borough.store) == [(*sorted((left, right)), PARTED_VALUE)]
    borough.decide(left, right, Constraint.CANNOT)
    assert not _queue(borough.store)


def _queue(store: Store) -> list[tuple[str, str, int]]:
    queue = store.read(
        "read.review_queue",
        first=5,
        after_value=2**62,
        after_left="",
        after_right="",
        lane="",
        forever=FOREVER,
    )
    return [(row["left"], row["right"], row["value"]) for row in queue]


def _people(server: Login, *records: RecordId) -> int:
    found = rows(
        server,
        "MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p) WHERE r.id IN $ids AND t.recorded_to.year = 9999 "
        "RETURN count(DISTINCT p) AS n",
        ids=list(records),
    )
    return int(found[0]["n"])


def test_people_in_memory_follow_a_purge(town: Borough) -> None:
    live = LiveResolver(town.store, KEYS, read_model("person"), warn=pytest.fail)
    live.read()
    grace, wilf = town.record("nhs", "grace"), town.record("nhs", "wilf")
    town.purge([grace])
    live.catch_up()
    with live.using() as held:
        assert held.resolver.entity_of(grace) is None
        assert held.resolver.entity_of(wilf) is not None
        assert len(held.resolver) == 3


def test_what_was_done_is_proved_in_the_audit_log(town: Borough, store: Store, neo4j_server: Login) -> None:
    grace = town.record("police", "grace")
    purging = town.purge([grace])
    path, keys = town.data / "audit.jsonl", SealKeys.open(town.data / "audit-key.json")
    with AuditLog(path, keys, clock=lambda: NOW, new_id=lambda: "log-1") as log:
        assert take_over(store, log) == 3
        assert take_over(store, log) == 0
    checked = verify(path, keys.trusted)
    assert not checked.faults
    said = [json.loads(line) for line in path.read_text().splitlines()]
    entries = [each for each in said if each.get("purge") == purging.id]
    assert [each["event"] for each in entries] == ["purge-begun", "purged", "purge-finished"]
    assert all((each["subject"], each["rule"]) == ("officer-7", "test") for each in entries)
    assert entries[1]["removed"]["persons"] == 1
    assert len(entries[1]["hashes"]["records"]) == 2, "her record and the address that only she spoke of"
    assert grace not in path.read_text()
    assert not rows(neo4j_server, "MATCH (p:Proof) RETURN p")


def test_the_service_writes_down_what_commands_did_beside_it(
    town: Borough, neo4j_server: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_api.rights.proving.LOOK_EVERY_S", 0.05)
    path, keys = town.data / "audit.jsonl", SealKeys.open(town.data / "audit-key.json")
    with AuditLog(path, keys, clock=lambda: NOW, new_id=lambda: "log-1") as log:
        keeper = ProofKeeper(town.store, log, warn=pytest.fail)
        keeper.start()
        purging = town.purge([town.record("police", "grace")])
        for _ in range(600):
            if not rows(neo4j_server, "MATCH (p:Proof) RETURN p"):
                break
            time.sleep(0.1)
        keeper.stop()
    said = [json.loads(line) for line in path.read_text().splitlines()]
    events = [each["event"] for each in said if each.get("purge") == purging.id]
    assert events == ["purge-begun", "purged", "purge-finished"]
    assert not verify(path, keys.trusted).faults
