"""Rights as an officer uses them: commands, files, and the next feed."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import time
from pathlib import Path

import httpx
import pytest
from tests.end_to_end.command import Mast, assert_one_message, environment
from tests.end_to_end.test_serve import serving
from tests.graph_contents import rows

from mast_api.rights.requests import Register
from mast_api.rights.subject_access import BY_IDENTITY, who_looked
from mast_graph.store import Login

pytestmark = [pytest.mark.graph, pytest.mark.slow]

SOURCE = """
agency: police
agreement: mash-2026
format: csv
mode: snapshot
fields:
  record_id: no
  given_name: first
  family_name: last
  date_of_birth: {column: born, format: "%Y-%m-%d"}
  address: place
  contact_type: {constant: DOMESTIC_ABUSE_INCIDENT}
  contact_at: {column: at, format: "%Y-%m-%d"}
"""
ROWS = (
    "no,first,last,born,place,at\n"
    'case-7001,Philippa,Winterbourne,1984-03-17,"14 Mill Lane, Walsall WS2 2BB",2026-05-02\n'
    'case-7002,Augustus,Ravenscroft,1951-09-30,"3 Station Street, Walsall WS1 1AA",2026-06-02\n'
)
DIRECTORY = """
agencies: [{id: police, name: Police, kind: police}]
teams: []
agreements:
  - {id: mash-2026, name: MASH, parties: [police], purposes: [research],
     review_by: 2035-06-30, gateways: [s115], data_classes: [police]}
"""
IDENTITY = {"given_name": "Philippa", "family_name": "Winterbourne", "date_of_birth": "1984-03-17"}
COUNT = "MATCH (r:PersonRecord) RETURN count(r) AS n"


@pytest.fixture
def loaded(mast: Mast, tmp_path: Path) -> Path:
    """Two people of the police; the folder with the source and its file."""
    (tmp_path / "directory.yaml").write_text(DIRECTORY)
    (tmp_path / "police.yaml").write_text(SOURCE)
    (tmp_path / "police.csv").write_text(ROWS)
    assert mast("load", tmp_path / "police.yaml", tmp_path / "police.csv").code == 0
    return tmp_path


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "identity.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(IDENTITY))
    return path


def test_who_presents_an_identity_is_erased_once_confirmed_and_stays_out(
    mast: Mast, loaded: Path, identity: Path, data: Path, neo4j_server: Login
) -> None:
    erase = ("erase", "person", "--identity", identity, "--by", "officer-7", "--json")
    shown = mast(*erase)
    assert shown.code == 0, shown.err
    candidates = shown.json["candidates"]
    assert rows(neo4j_server, COUNT)[0]["n"] == 2, "nobody is erased before it is confirmed"
    other = mast(*erase, "--confirm", "P-somebody")
    assert_one_message(other, code="MAST-252", exit_code=1)

    done = mast(*erase, "--confirm", candidates[0]["person"])
    assert done.code == 0, done.err
    assert done.json["removed"]["persons"] == 1
    assert rows(neo4j_server, COUNT)[0]["n"] == 1

    # The next snapshot says more, and says her again.
    (loaded / "police.csv").write_text(ROWS.replace("2026-06-02", "2026-07-02"))
    again = mast("load", loaded / "police.yaml", loaded / "police.csv", "--json")
    assert again.code == 1
    (report,) = [each for each in again.json["loaded"] if each["rejects_file"]]
    assert ",record_id,erased,row" in Path(report["rejects_file"]).read_text()
    assert rows(neo4j_server, COUNT)[0]["n"] == 1
    assert mast("verify").code == 0

    written = [path for path in data.rglob("*") if path.is_file() and "neo4j" not in path.parts]
    everything = b"".join(path.read_bytes() for path in written)
    assert b"purge-finished" in everything
    for value in (*IDENTITY.values(), "case-7001"):
        assert value.encode() not in everything
        assert value not in done.out + done.err + shown.out + shown.err


@pytest.mark.parametrize("command", [("subject-access",), ("erase", "person")], ids=" ".join)
def test_who_only_looks_for_an_identity_is_on_record_too(
    mast: Mast, loaded: Path, identity: Path, data: Path, command: tuple[str, ...]
) -> None:
    shown = mast(*command, "--identity", identity, "--by", "officer-7", "--json")
    assert shown.code == 0, shown.err
    log = [json.loads(line) for line in (data / "audit.jsonl").read_text().splitlines()]
    sought, found = [each for each in log if each["event"].startswith("identity-")]
    assert [each["event"] for each in (sought, found)] == ["identity-sought", "identity-found"]
    assert {each["subject"] for each in (sought, found)} == {"officer-7"}
    assert {"given_name", "family_name", "date_of_birth"} <= sought["sought"].keys()
    tokens = [token for each in sought["sought"].values() for token in each]
    assert all(len(bytes.fromhex(token)) >= 8 for token in tokens), "keyed tokens only"
    assert found["ids"]["people"] == [each["person"] for each in shown.json["candidates"]]
    assert not any(value in str(log) for value in IDENTITY.values())
    (look,) = who_looked(data / "audit.jsonl", set(found["ids"]["people"]))
    assert (look["who"], look["asked"], look["at"]) == ("officer-7", [BY_IDENTITY], found["done_at"])


def test_an_identity_that_others_may_read_is_not_read(mast: Mast, loaded: Path, identity: Path) -> None:
    identity.chmod(0o644)
    ran = mast("erase", "person", "--identity", identity, "--by", "officer-7")
    assert_one_message(ran, code="MAST-342", exit_code=2)
    assert "Winterbourne" not in ran.err + ran.out


def test_who_orders_it_is_named_by_a_subject_only(mast: Mast, loaded: Path, identity: Path) -> None:
    ran = mast("erase", "person", "--identity", identity, "--by", "Philippa Winterbourne")
    assert ran.code == 2
    assert "Philippa" not in ran.err.replace("--by", "")


def test_who_puts_terms_in_force_and_who_writes_who_is_who_is_in_the_audit_log(
    mast: Mast, loaded: Path, data: Path
) -> None:
    directory = loaded / "directory.yaml"
    assert mast("agreements", "apply", directory).code == 2, "nobody in particular puts nothing in force"
    directory.write_text(DIRECTORY.replace("data_classes: [police]", "data_classes: [police, fire]"))
    for command in (
        ("apply", directory, "--by", "officer-7"),
        ("review", "mash-2026", "--by", "officer-8", "--next", "2099-01-01"),
        ("end", "mash-2026", "--by", "officer-9"),
    ):
        ran = mast("agreements", *command)
        assert ran.code == 0, ran.err
    for by in ((), ("--by", "analyst-1")):
        ran = mast("clusters", "--out", loaded / "clusters.csv", *by)
        assert ran.code == 0, ran.err
    said = [json.loads(line) for line in (data / "audit.jsonl").read_text().splitlines()]
    told = [(each["event"], each["subject"]) for each in said if "subject" in each]
    assert told == [
        ("agreement-stated", "mast-load"),
        ("agreement-stated", "officer-7"),
        ("agreement-reviewed", "officer-8"),
        ("agreement-ended", "officer-9"),
        ("clusters-written", getpass.getuser()),
        ("clusters-written", "analyst-1"),
    ]
    assert "case-7001" not in str(said)
    ran = mast("audit", "export", "--out", loaded / "log.jsonl", "--by", "officer-7")
    assert ran.code == 0, ran.err
    exported = (loaded / "log.jsonl").read_text()
    assert exported == (data / "audit.jsonl").read_text()
    assert "audit-exported" in exported.splitlines()[-1]
    register = mast("agreements", "list", "--history", "mash-2026", "--json").json["agreements"]
    assert [each["changed_by"] for each in register] == ["mast-load", "officer-7", "officer-8", "officer-9"]


def test_retention_of_a_night_years_hence_and_an_agency_that_leaves(
    mast: Mast, loaded: Path, neo4j_server: Login
) -> None:
    plan = mast("retention", "run", "--at", "2029-05-20", "--plan", "--by", "nightly", "--json")
    # Nobody said since where the first of them lives: their record has nothing left.
    assert plan.json["due"] == {"persons": 1, "addresses": 0, "contact_versions": 1}
    assert rows(neo4j_server, COUNT)[0]["n"] == 2
    seen_to = "MATCH (run:RetentionRun) RETURN run.as_at AS as_at"
    assert rows(neo4j_server, seen_to) == [], "a plan is no run"
    ran = mast("retention", "run", "--at", "2029-05-20", "--by", "nightly", "--json")
    assert ran.code == 0, ran.err
    (found,) = rows(neo4j_server, seen_to)
    assert abs(found["as_at"].to_native() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert ran.json["removed"]["contact_versions"] == 1
    assert rows(neo4j_server, COUNT)[0]["n"] == 1
    assert mast("agency", "leave", "police", "--by", "officer-7", "--yes").code == 0
    assert rows(neo4j_server, "MATCH (n) WHERE n:PersonRecord OR n:AddressRecord OR n:Contact RETURN n") == []
    refused = mast("load", loaded / "police.yaml", loaded / "police.csv")
    assert_one_message(refused, code="MAST-341", exit_code=1)
    assert mast("agency", "rejoin", "police", "--by", "officer-7").code == 0
    assert mast("load", loaded / "police.yaml", loaded / "police.csv").code == 0
    assert rows(neo4j_server, COUNT)[0]["n"] == 2
    assert mast("verify").code == 0


def test_who_presents_an_identity_is_told_what_is_held_and_who_looked(
    mast: Mast, loaded: Path, identity: Path, data: Path, tmp_path: Path
) -> None:
    access = ("subject-access", "--identity", identity, "--by", "officer-7", "--json")
    candidates = mast(*access).json["candidates"]
    out = tmp_path / "report"
    told = mast(*access, "--confirm", candidates[0]["person"], "--out", out)
    assert told.code == 0, told.err
    (record,) = told.json["records"]
    assert record["agency"] == "police"
    assert [each["what"] for each in record["contacts"]] == [
        "Domestic abuse incident (DASH standard 3; medium 4; high 5)"
    ]
    assert record["homes"][0]["address"].startswith("A-")
    # Twice by her identity: to ask who may be meant, and again with the one who was confirmed.
    looks = [(each["who"], each["asked"]) for each in told.json["who_looked"]]
    assert looks == [("officer-7", [BY_IDENTITY])] * 2
    assert json.loads((out / "report.json").read_text()) == told.json
    assert f"## police: record {record['record']}" in (out / "report.md").read_text()
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())
    contact, confirmed = record["contacts"][0]["contact"], ("--confirm", candidates[0]["person"])
    for reason, why in (("", "serious-harm"), ("=court", "court")):
        withheld = mast(*access, *confirmed, "--withhold", contact + reason)
        assert withheld.json["records"][0]["contacts"][0]["withheld"] == why
    refused = mast(*access, *confirmed, "--withhold", f"{contact}=whim")
    assert_one_message(refused, code="MAST-001", exit_code=2)
    log = (data / "audit.jsonl").read_text()
    assert log.count("subject-access-asked") == log.count("subject-access-answered") == 3
    assert f'"because":{{"{contact}":"court"}}' in log.replace(" ", "")
    assert not any(value in log + told.out for value in IDENTITY.values())


def test_a_request_that_a_command_answers_is_settled_with_it_and_only_once(
    mast: Mast, loaded: Path, identity: Path, data: Path, neo4j_server: Login
) -> None:
    who = ("--identity", identity, "--by", "officer-7", "--json")
    access, erase = ("subject-access", *who), ("erase", "person", *who)
    role = ("--role", "information-governance-officer", "--purpose", "information-governance")
    token = mast("token", *role, "--json").json["token"]

    def state(name: str) -> tuple[str, str]:
        found = Register().look(data / "audit.jsonl")[noted[name]]
        return found.state.value, found.by

    def refused(*call: str | Path) -> None:
        assert_one_message(mast(*call), code="MAST-001", exit_code=2)
        assert rows(neo4j_server, COUNT)[0]["n"] == 2

    noted: dict[str, str] = {}
    today = dt.datetime.now(dt.UTC).date()
    with serving(environment(neo4j_server, data), data / "errors") as url:
        for name, kind, whose in (
            ("access", "ACCESS", ""),
            ("erasure", "ERASURE", ""),
            ("another's", "ERASURE", ', id: "P-somebody"'),
        ):
            asked = f'mutation {{ noteRightsRequest(kind: {kind}, received: "{today}"{whose}) {{ id }} }}'
            answer = httpx.post(
                f"{url}/graphql",
                json={"query": asked},
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
            noted[name] = answer.json()["data"]["noteRightsRequest"]["id"]
        refused(*access, "--request", "Q-never")
        refused(*access, "--request", noted["erasure"])
        candidates = mast(*access, "--request", noted["access"]).json["candidates"]
        assert state("access")[0] == "open", "nothing was answered yet"
        confirm = ("--confirm", candidates[0]["person"])
        told = mast(*access, *confirm, "--request", noted["access"])
        assert told.code == 0, told.err
        # The service may not have it in its log yet.
        refused(*access, *confirm, "--request", noted["access"])
        patience = time.monotonic() + 60  # the service looks every few seconds, on a busy machine
        while state("access")[0] != "granted" and time.monotonic() < patience:
            time.sleep(0.5)
    assert state("access") == ("granted", "officer-7")
    refused(*access, *confirm, "--request", noted["access"])
    refused(*erase, *confirm, "--request", noted["another's"])
    done = mast(*erase, *confirm, "--request", noted["erasure"])
    assert done.code == 0, done.err
    assert [state(each)[0] for each in noted] == ["granted", "granted", "open"]
    log = (data / "audit.jsonl").read_text()
    assert [log.count(f"{each}/") for each in noted.values()] == [2, 2, 1], "noted and settled, once each"
    assert log.count("subject-access-asked") == log.count("purge-finished") == 1, "nothing else was done"
