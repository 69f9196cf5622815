"""`mast up` whole: one town from files to answers, beside other commands, through a hang, to its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
from tests.end_to_end.command import Ran, environment, run

from mast_api.case_study import DOCUMENT
from mast_api.verifying import clear_values
from mast_fixtures import borough
from mast_graph.managed import find_running
from mast_graph.store import connect
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source_yaml import read_source

pytestmark = [pytest.mark.graph, pytest.mark.slow]

HOSPITALS = ("nhs_trust.yaml", "nhs_trust.jsonl")
NAMES = ("given_name", "family_name")
PLANTED = ("record_id", *NAMES, "date_of_birth", "nhs_number", "phone", "address", "postcode")
PARTS = {
    "PLACE": "place",
    "RESIDENT": "residents_while_here",
    "RESIDENT_ELSEWHERE": "residents_elsewhere_before",
    "FORMER_RESIDENT": "former_residents_while_here",
}
LATE = """
agency: calderwick-fire
agreement: mash-2026
format: csv
fields:
  record_id: id
  address: place
  contact_type: {constant: FIRE_INCIDENT}
  contact_at: {column: at, format: "%Y-%m-%d"}
"""
CONTACTS = """
query($address: String!, $since: DateTime) {
  concernsAtAddress(address: $address, since: $since, first: 100) {
    outcome
    caution { text ring { phone } }
    withheld { dataClass says }
    contacts { edges {
      parts node { id type at status agency { id } team { phone } }
      residentsThen { livedHereIds movedInAfterIds firstKnownAfterIds }
    } }
    households { members { personId present spells { begin end } } }
  }
}
"""


@dataclass
class Running:
    """A `mast up` that stays up."""

    process: subprocess.Popen[str]
    data: Path
    env: dict[str, str]
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def town(self) -> Path:
        """The folder of its feeds."""
        return self.data / f"fixtures/borough-300-7-{borough.edition()}"

    def mast(self, *arguments: str | Path) -> Ran:
        return run(*arguments, env=self.env)

    def ask(self, document: str, timeout: float = 10, **variables: Any) -> tuple[int, dict[str, Any]]:
        token = self.mast(
            "token", "--role", "safeguarding-analyst", "--purpose", "safeguarding-response"
        ).out.strip()
        return self.ask_with(token, document, timeout, **variables)

    def ask_with(
        self, token: str, document: str, timeout: float = 10, **variables: Any
    ) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self.answer["url"],
            json.dumps({"query": document, "variables": variables}).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)


def one_document(stream: IO[str]) -> dict[str, Any]:
    """The JSON document a command prints, read line by line while the command goes on."""
    text = ""
    for line in stream:
        text += line
        if line == "}\n":
            document = json.loads(text)
            assert isinstance(document, dict)
            return document
    raise AssertionError("the command ended without an answer")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("up") / "data"
    env = environment(None, data)
    arguments = ["up", "--people", "300", "--seed", "7", "--port", "0", "--json"]
    errors = (data.parent / "errors.txt").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "mast_api", *arguments],
        env=env,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    running = Running(process, data, env)
    try:
        assert process.stdout is not None
        running.answer = one_document(process.stdout)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(60)
        if process.stdout is not None:
            process.stdout.close()
        errors.close()


@pytest.fixture(scope="module")
def case(up: Running) -> dict[str, Any]:
    document = json.loads((up.town / "case_study.json").read_text("utf-8"))
    assert isinstance(document, dict)
    return document


def facts(edges: list[dict[str, Any]], part: str) -> set[tuple[str, str, str]]:
    """Agency, type and day of the contacts in one part of an answer."""
    return {
        (edge["node"]["agency"]["id"], edge["node"]["type"], edge["node"]["at"][:10])
        for edge in edges
        if part in edge["parts"]
    }


def written(case: dict[str, Any], part: str) -> set[tuple[str, str, str]]:
    return {(fact["agency"], fact["type"], fact["at"][:10]) for fact in case["contacts"][part]}


def contacts_at(up: Running, address: str) -> dict[str, Any]:
    status, answer = up.ask(CONTACTS, address=address)
    assert status == 200, answer
    found = answer["data"]["concernsAtAddress"]
    assert isinstance(found, dict)
    return found


def test_the_answer_tells_the_four_parts_of_the_case_study_apart(up: Running, case: dict[str, Any]) -> None:
    edges = contacts_at(up, case["address"])["contacts"]["edges"]
    assert edges
    for part, name in PARTS.items():
        # The practitioner's view: of each agency and type the latest within twelve months, and what is open.
        # What happened at the address to people who live here is about both.
        both = written(case, "place") if part == "RESIDENT" else set()
        assert facts(edges, part) <= written(case, name) | both, part
        latest = {fact[:2] for fact in written_in_window(case, name)}
        assert {fact[:2] for fact in facts(edges, part)} >= latest, part


def written_in_window(case: dict[str, Any], part: str) -> set[tuple[str, str, str]]:
    return {
        (fact["agency"], fact["type"], fact["at"][:10])
        for fact in case["contacts"][part]
        if fact["within_12_months"] and fact["type"] not in WITHHELD
    }


WITHHELD = {"SUBSTANCE_MISUSE_TREATMENT", "SEXUAL_HEALTH_CONTACT"}
"""Classes that the agreement does not cover: said to be withheld, never shown."""


def test_nothing_of_a_former_tenant_from_after_they_left_is_shown(up: Running, case: dict[str, Any]) -> None:
    edges = contacts_at(up, case["address"])["contacts"]["edges"]
    shown = {fact for part in PARTS for fact in facts(edges, part)}
    assert not shown & written(case, "never_shown")


def test_what_happened_at_the_place_is_not_the_former_tenants_nor_theirs_who_came_after(
    up: Running, case: dict[str, Any]
) -> None:
    found = contacts_at(up, case["address"])
    members = [member for home in found["households"] for member in home["members"]]
    former = {member["personId"] for member in members if not member["present"]}
    assert former
    about = [edge for edge in found["contacts"]["edges"] if "PLACE" in edge["parts"]]
    assert about
    for edge in about:
        at, then = edge["node"]["at"], edge["residentsThen"]
        lived = {
            member["personId"]
            for member in members
            if any(spell["begin"] <= at < (spell["end"] or "9") for spell in member["spells"])
        }
        assert set(then["livedHereIds"]) == lived
        assert not lived & {*then["movedInAfterIds"], *then["firstKnownAfterIds"]}
        # He left in December 2025, and everything of the last year at the place is of 2026.
        assert at > "2026"
        assert not lived & former


def test_a_class_withheld_is_said_to_be_withheld(up: Running, case: dict[str, Any]) -> None:
    found = contacts_at(up, case["address"])
    assert "sensitive_health" in {each["dataClass"] for each in found["withheld"]}
    assert not {edge["node"]["type"] for edge in found["contacts"]["edges"]} & WITHHELD


def test_an_address_in_a_hurry_is_the_same_address(up: Running, case: dict[str, Any]) -> None:
    exact, messy = (contacts_at(up, case[key])["contacts"] for key in ("address", "address_messy"))
    assert exact == messy


def test_an_unknown_address_is_answered_with_a_caution_and_a_number(up: Running) -> None:
    found = contacts_at(up, "99 Nowhere Lane, Calderwick JX1 9ZZ")
    assert found["outcome"] == "NONE"
    assert not found["contacts"]["edges"]
    assert found["caution"]["text"]
    assert found["caution"]["ring"]["phone"]


def test_every_property_and_log_is_free_of_the_feeds_clear_values(up: Running) -> None:
    folder = up.town
    for source, files in json.loads((folder / "feeds.json").read_text("utf-8")).items():
        ran = up.mast("verify", "--json", "--source", folder / source, *(folder / name for name in files))
        assert ran.json["clear_text"] == {}, source
        assert ran.code == 0, ran.out


@pytest.fixture(scope="module")
def somebody(up: Running) -> SourceRow:
    """A patient of whom a feed says something of every kind."""
    rows = read_rows(read_source(up.town / HOSPITALS[0]), [up.town / HOSPITALS[1]], Rejects())
    full = (row for row in rows if set(PLANTED) <= {"record_id", *row.text})
    return next(row for row in full if "'" not in "".join(row.text.values()))


@pytest.mark.parametrize(
    "where",
    [
        "node",
        "edge",
        "rejects/planted.csv",
        "planted.jsonl",
        pytest.param("neo4j/home/logs/planted.log", id="a log of Neo4j"),
    ],
)
def test_a_planted_clear_value_of_every_kind_is_found(up: Running, somebody: SourceRow, where: str) -> None:
    said = {"record_id": somebody.record_id, **somebody.text}
    planted = "; ".join(f"seen with {said[name]}" for name in PLANTED)
    running = find_running(up.data)
    assert running is not None
    with connect(running.uri, running.user, running.password) as store:
        note = f"{{note: '{planted}'}}"
        if where == "node":
            store.define(f"CREATE (:Planted {note})")  # ours, for this once
        elif where == "edge":
            store.define(f"CREATE (:Planted)-[:PLANTED {note}]->(:Planted)")
        else:
            (up.data / where).parent.mkdir(exist_ok=True)
            (up.data / where).write_text(f"{planted}\n", "utf-8")
        try:
            feed = [up.town / name for name in HOSPITALS]
            ran = up.mast("verify", "--json", "--source", *feed)
        finally:
            store.define("MATCH (node:Planted) DETACH DELETE node")
            (up.data / where).unlink(missing_ok=True)
    assert ran.code == 1
    (fields,) = ran.json["clear_text"].values()
    assert set(fields) == set(PLANTED)
    assert not any(said[name] in ran.out + ran.err for name in PLANTED)


def errors_of(up: Running) -> str:
    """What the service has written to standard error so far."""
    return (up.data.parent / "errors.txt").read_text("utf-8")


def test_what_is_written_to_standard_error_is_free_of_them_and_a_planted_one_is_found(
    up: Running, somebody: SourceRow
) -> None:
    written = errors_of(up)
    assert "warning:" in written
    for source, files in json.loads((up.town / "feeds.json").read_text("utf-8")).items():
        values = clear_values(up.town / source, [up.town / name for name in files])
        assert not [fields for line in written.splitlines() if (fields := values.fields_in(line))], source
        if source == HOSPITALS[0]:
            for name in PLANTED:
                said = somebody.record_id if name == "record_id" else somebody.text[name]
                assert values.fields_in(f"{written} {said}") == {name}


def test_a_file_loads_while_the_service_runs_and_is_in_the_next_answer(
    up: Running, case: dict[str, Any], tmp_path: Path
) -> None:
    source = tmp_path / "late.yaml"
    source.write_text(LATE, "utf-8")
    file = tmp_path / "late.csv"
    file.write_text(f'id,place,at\nL-990001,"{case["address"]}",2026-11-02\n', "utf-8")
    assert up.mast("load", source, file).code == 0
    # After a load the database plans anew; on a busy machine that takes longer than a caller may wait.
    for _ in range(5):
        if up.ask(CONTACTS, address=case["address"])[0] != 503:
            break
    edges = contacts_at(up, case["address"])["contacts"]["edges"]
    assert ("calderwick-fire", "FIRE_INCIDENT", "2026-11-02") in facts(edges, "PLACE")


def test_a_second_up_on_the_same_folder_is_refused_and_the_first_is_unharmed(up: Running) -> None:
    ran = up.mast("up", "--exit", "--people", "300", "--seed", "7", "--port", "0")
    assert ran.code == 1
    assert "MAST-231: " in ran.err
    assert "\n  fix: " in ran.err
    assert up.ask(CONTACTS, address=borough.CASE_STUDY_ADDRESS)[0] == 200


def test_a_hung_database_is_said_while_it_hangs_and_recovers_unaided(up: Running) -> None:
    running = find_running(up.data)
    assert running is not None
    token = up.mast(
        "token", "--role", "safeguarding-analyst", "--purpose", "safeguarding-response"
    ).out.strip()
    os.kill(running.pid, signal.SIGSTOP)
    try:
        status, answer = up.ask_with(token, CONTACTS, timeout=60, address=borough.CASE_STUDY_ADDRESS)
    finally:
        os.kill(running.pid, signal.SIGCONT)
    assert status == 503
    assert answer["errors"][0]["extensions"]["code"] == "MAST-210"
    deadline = time.monotonic() + 60
    while up.ask_with(token, CONTACTS, address=borough.CASE_STUDY_ADDRESS)[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_document_of_the_case_study_is_the_one_asked(up: Running) -> None:
    status, answer = up.ask(DOCUMENT, address=borough.CASE_STUDY_ADDRESS, country="GB")
    assert status == 200
    assert [part["part"] for part in answer["data"]["concernsAtAddress"]["parts"]] == list(PARTS)


def test_sigterm_stops_everything_in_order_and_the_next_start_needs_no_recovery(up: Running) -> None:
    # The last test of the module: what it stops stays stopped.
    running = find_running(up.data)
    assert running is not None
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(90) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)
    assert not (up.data / "runtime.json").exists()
    log = up.data / "neo4j/home/logs/debug.log"
    before = log.stat().st_size
    again = up.mast("up", "--exit", "--people", "300", "--seed", "7", "--port", "0", "--json")
    assert again.code == 0, again.err
    # Nothing is loaded, resolved, or weighed by another model.
    feeds = json.loads((up.town / "feeds.json").read_text("utf-8"))
    assert [(each["unchanged"], each["rows"]) for each in again.json["loaded"]] == [(True, 0)] * len(feeds)
    assert [(each["records"], each["weighed_again"]) for each in again.json["resolved"]] == [(0, False)] * 2
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(before)
        assert "Recovery required" not in file.read()
