"""`mast backup` while the service runs, and `mast restore`: the same answers, nothing lost or half done."""

from __future__ import annotations

import getpass
import json
import shutil
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command import Ran, assert_one_message, environment, run
from tests.end_to_end.test_up import one_document
from tests.killed import KILLED, run_killed

from mast_api.case_study import question
from mast_api.client import ask, wait_until
from mast_intake.keys import KeyRing

pytestmark = [pytest.mark.graph, pytest.mark.slow]

ASKED = question("borough")
FIRST = ("council_children.yaml", "housing.yaml", "nhs_trust.yaml")
LATER = "police.yaml"
HOLD = 'mutation { mark(kind: HOLD, reason: "An inquiry", dataClass: "children") { markId } }'


@dataclass
class Area:
    """A data folder with a backup of an earlier state of it, and what was answered in each state."""

    data: Path
    env: dict[str, str]
    backup: Path
    made: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    beside: Ran | None = None
    """A restore that was tried while the service ran."""

    def mast(self, *arguments: str | Path) -> Ran:
        return run(*arguments, env=self.env)

    def files(self) -> set[str]:
        """What lies in the data folder itself, but for what says who uses it just now."""
        return {path.name for path in self.data.iterdir()} - {"restore.lock", "audit.lock"}

    def answer(self) -> dict[str, Any]:
        with serving(self.env) as base:
            return self.asked(base)

    def asked(self, base: str) -> dict[str, Any]:
        wait_until(base, "database", "address_check")
        token = self.mast("token", "--role", ASKED.role, "--purpose", ASKED.purpose).out.strip()
        return ask(base, token, ASKED.document, ASKED.variables)

    def hold(self, base: str) -> None:
        """Have an officer put a legal hold on a class of data."""
        officer = ("--role", "information-governance-officer", "--purpose", "information-governance")
        ask(base, self.mast("token", *officer).out.strip(), HOLD, {})


@contextmanager
def serving(env: dict[str, str]) -> Iterator[str]:
    """`mast serve`, until the end."""
    command = [sys.executable, "-P", "-m", "mast_api", "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        try:
            yield str(one_document(running.stdout)["url"])
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=120)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory, feeds: dict[str, list[Path]]) -> Area:
    folder = tmp_path_factory.mktemp("area")
    data, key, backup = folder / "data", folder / "key.json", folder / "backup"
    KeyRing.create(key)
    env = environment(None, data) | {"MAST_KEY_FILE": str(key), "MAST_AS_AT": f"{ASKED.as_at:%Y-%m-%d}"}
    env["MAST_QUERY_TIMEOUT_S"] = "30"  # the database plans anew after a load, on a machine that may be busy
    area = Area(data, env, backup, {}, {}, {})
    with serving(env) as base:
        for source in FIRST:
            loaded = area.mast("load", feeds[source][0].parent / source, *feeds[source], "--json")
            assert loaded.code in (0, 1), loaded.err  # 1: rows were rejected, as they should be
        area.before = area.asked(base)
        with ThreadPoolExecutor(1) as aside:
            backing_up = aside.submit(area.mast, "backup", "--out", backup, "--json")
            meanwhile = 0
            while not backing_up.done():
                assert area.asked(base) == area.before
                meanwhile += 1
        made = backing_up.result()
        assert made.code == 0, made.err
        assert meanwhile
        area.made = made.json
        area.hold(base)
        area.mast("load", feeds[LATER][0].parent / LATER, *feeds[LATER], "--json")
        area.beside = area.mast("restore", backup)
        area.after = area.asked(base)
    assert area.before != area.after, "the later feed has to change the answer"
    return area


def entries(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (data / "audit.jsonl").read_text("utf-8").splitlines()]


def test_a_backup_is_private_and_holds_no_key_and_nothing_readable(area: Area) -> None:
    assert {path.name for path in area.backup.iterdir()} == {"manifest.json", "contents.sealed"}
    for path in (area.backup, *area.backup.iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    whole = b"".join(path.read_bytes() for path in area.backup.iterdir())
    held = json.loads(Path(area.env["MAST_KEY_FILE"]).read_text())
    keys = [
        held["ids"],
        *(each[kind] for each in held["versions"].values() for kind in ("encoding", "sealing")),
    ]
    seals = json.loads((area.data / "audit-key.json").read_text()).values()
    for secret in (*keys, *seals, "PersonRecord", "concernsAtAddress", "calderwick"):
        assert secret.encode() not in whole
    for key in keys:
        assert b64decode(key) not in whole
    assert area.made["nodes"] > 1_000
    assert area.made["paused_s"] > 0


def test_a_folder_that_is_there_already_is_not_written_over(area: Area) -> None:
    before = (area.backup / "contents.sealed").read_bytes()
    assert_one_message(area.mast("backup", "--out", area.backup), code="MAST-001", exit_code=2)
    assert (area.backup / "contents.sealed").read_bytes() == before


def test_a_restore_beside_a_running_service_is_refused_and_harms_nothing(area: Area) -> None:
    assert area.beside is not None
    assert_one_message(area.beside, code="MAST-231", exit_code=1)
    assert area.after, "the service went on answering"


def without_key(area: Area, tmp_path: Path) -> Ran:
    env = {name: value for name, value in area.env.items() if name != "MAST_KEY_FILE"}
    return run("restore", area.backup, env=env)


def other_key(area: Area, tmp_path: Path) -> Ran:
    KeyRing.create(tmp_path / "other.json")
    return run("restore", area.backup, env=area.env | {"MAST_KEY_FILE": str(tmp_path / "other.json")})


def flipped(area: Area, tmp_path: Path) -> Ran:
    return damaged(
        area, tmp_path, lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    )


def truncated(area: Area, tmp_path: Path) -> Ran:
    return damaged(area, tmp_path, lambda content: content[:-100])


def damaged(area: Area, tmp_path: Path, harm: Any) -> Ran:
    shutil.copytree(area.backup, tmp_path / "damaged")
    path = tmp_path / "damaged" / "contents.sealed"
    path.write_bytes(harm(path.read_bytes()))
    return area.mast("restore", tmp_path / "damaged")


def manifest_changed(area: Area, tmp_path: Path) -> Ran:
    shutil.copytree(area.backup, tmp_path / "changed")
    path = tmp_path / "changed" / "manifest.json"
    path.write_text(path.read_text().replace('"made_at": "2', '"made_at": "3'))
    return area.mast("restore", tmp_path / "changed")


def no_backup(area: Area, tmp_path: Path) -> Ran:
    return area.mast("restore", tmp_path)


@pytest.mark.parametrize(
    ("attempt", "code", "exit_code"),
    [
        (without_key, "MAST-110", 2),
        (other_key, "MAST-271", 1),
        (flipped, "MAST-270", 1),
        (truncated, "MAST-270", 1),
        (manifest_changed, "MAST-271", 1),
        (no_backup, "MAST-001", 2),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_cannot_be_restored_is_refused_and_changes_nothing(
    area: Area, tmp_path: Path, attempt: Any, code: str, exit_code: int
) -> None:
    before = area.files()
    inode = (area.data / "neo4j").stat().st_ino
    assert_one_message(attempt(area, tmp_path), code=code, exit_code=exit_code)
    assert area.files() == before
    assert (area.data / "neo4j").stat().st_ino == inode


def test_a_restore_killed_at_every_stage_leaves_what_was(area: Area) -> None:
    inode = (area.data / "neo4j").stat().st_ino
    # Changes to files of the data folder before the journal: locks, the start of the present database, the
    # scratch folder, files of the backup.
    for step in (1, 3, 6, 9, 12, 16, 20):
        killed = run_killed(step, "mast_api", "restore", area.backup, env=area.env, below=area.data)
        assert killed.returncode == KILLED, killed.stderr
        assert not (area.data / "restore.json").exists()
        assert (area.data / "neo4j").stat().st_ino == inode


def test_a_restore_brings_back_the_answers_and_keeps_the_audit_log(area: Area) -> None:
    noted = entries(area.data)
    restored = area.mast("restore", area.backup, "--by", "operator-7", "--json")
    assert restored.code == 0, restored.err
    assert restored.json["restored"]
    assert restored.json["nodes"] == area.made["nodes"]
    assert not [path for path in area.data.iterdir() if "restor" in path.name and path.name != "restore.lock"]
    now_noted = entries(area.data)
    assert now_noted[: len(noted)] == noted, "what was asked after the backup stays on record"
    assert [each["event"] for each in now_noted[len(noted) :]] == ["restoring", "restored"]
    assert {each["backup"] for each in now_noted[len(noted) :]} == {area.made["id"]}
    assert {each["subject"] for each in now_noted[len(noted) :]} == {"operator-7"}
    assert area.answer() == area.before
    verified = area.mast("verify", "--json")
    assert verified.code == 0, verified.out
    assert (restored.json["decided_again"], restored.json["to_decide"]) == (1, [])
    again = area.mast("decide-again", "--by", "operator-1", "--json")
    assert (again.code, again.json) == (0, {"decided_again": 0, "to_decide": []}), again.err
    (proof,) = [each for each in entries(area.data) if each["event"] == "decided-again"]
    assert proof["subject"] == "mast restore"


def test_a_backup_is_restored_on_another_machine_with_the_key_alone(area: Area, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere"
    env = area.env | {"MAST_DATA": str(data)}
    restored = run("restore", area.backup, "--json", env=env)
    assert restored.code == 0, restored.err
    kept = data / f"audit-of-backup-{area.made['id']}"
    assert {path.name for path in kept.iterdir()} == {"audit.jsonl", "audit-keys.json"}
    assert run("verify", "--json", env=env).code == 0
    there = Area(data, env, area.backup, {}, {}, {})
    assert there.answer() == area.before
    # Beside the log's own key the log goes on where it was.
    brought = tmp_path / "with-the-audit-key"
    env = area.env | {"MAST_DATA": str(brought), "MAST_AUDIT_KEY_FILE": str(area.data / "audit-key.json")}
    restored = run("restore", area.backup, "--json", env=env)
    assert restored.json["audit"] == "taken from the backup"
    assert run("verify", "--json", env=env).code == 0
    events = [each["event"] for each in entries(brought)]
    assert "intent" in events
    assert events[-2:] == ["restoring", "restored"]
    assert entries(brought)[-1]["subject"] == getpass.getuser(), "whoever ran it"


def test_a_restore_killed_while_it_puts_things_in_place_is_finished_by_the_next_command(
    area: Area, feeds: dict[str, list[Path]]
) -> None:
    loaded = area.mast("load", feeds[LATER][0].parent / LATER, *feeds[LATER], "--json")
    assert loaded.json["loaded"][0]["counts"]["records_new"], "what the restore is to take away again"
    killed = run_killed(
        3, "mast_api", "restore", area.backup, env=area.env, below=area.data / "before-restore-"
    )
    assert killed.returncode == KILLED, killed.stderr
    assert (area.data / "restore.json").exists()
    verified = area.mast("verify", "--json")
    assert verified.code == 0, verified.out + verified.err
    assert "finished" in verified.err
    assert area.answer() == area.before
    assert entries(area.data)[-1]["event"] != "restoring"
