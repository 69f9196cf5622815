"""A restore when something is wrong: with what was restored, or with the database that is replaced."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command import Ran, environment, run
from tests.end_to_end.test_rights import DIRECTORY, ROWS, SOURCE

from mast_api.backup import restoring
from mast_api.backup.reading import read_backup
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_graph.files import try_lock
from mast_intake.keys import KeyRing
from mast_resolver.errors import RestoreDiffersError

pytestmark = [pytest.mark.graph, pytest.mark.slow]


@dataclass(frozen=True)
class Kept:
    """A data folder with two people of one agency, and a backup of it."""

    data: Path
    env: dict[str, str]
    backup: Path

    def mast(self, *arguments: str | Path) -> Ran:
        return run(*arguments, env=self.env)

    def copy(self, data: Path) -> Kept:
        """The same data folder once more, to be changed."""
        shutil.copytree(self.data, data)
        return Kept(data, self.env | {"MAST_DATA": str(data)}, self.backup)

    def files(self) -> set[str]:
        """What lies in the data folder, but for the audit log, which is never set back, and locks."""
        names = {path.name for path in self.data.iterdir()}
        return {name for name in names if not name.startswith("audit") and not name.endswith(".lock")}

    def entries(self) -> list[dict[str, Any]]:
        path = self.data / "audit.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    data, key = folder / "data", folder / "key.json"
    KeyRing.create(key)
    for name, text in (("directory.yaml", DIRECTORY), ("police.yaml", SOURCE), ("police.csv", ROWS)):
        (folder / name).write_text(text)
    made = Kept(data, environment(None, data) | {"MAST_KEY_FILE": str(key)}, folder / "backup")
    loaded = made.mast("load", folder / "police.yaml", folder / "police.csv")
    assert loaded.code == 0, loaded.err
    backed_up = made.mast("backup", "--out", made.backup)
    assert backed_up.code == 0, backed_up.err
    return made


@pytest.fixture
def kept(made: Kept, tmp_path: Path) -> Kept:
    return made.copy(tmp_path / "data")


@pytest.fixture
def purged(kept: Kept) -> Kept:
    """The agency left while a service held the audit log, which ended before it took the proofs over."""
    lock = try_lock(kept.data / "audit.lock")
    assert lock is not None
    left = kept.mast("agency", "leave", "police", "--by", "officer-7", "--yes")
    os.close(lock)
    assert left.code == 0, left.err
    assert "The service holds the audit log" in left.err
    assert not [each for each in kept.entries() if each["event"] == "purged"]
    return kept


def test_what_was_purged_stays_so_though_its_proof_waited_in_the_database_that_is_replaced(
    purged: Kept,
) -> None:
    restored = purged.mast("restore", purged.backup, "--json")
    assert restored.code == 0, restored.err
    assert restored.json["purged"] >= 2
    assert restored.json["present_unread"] is False
    (done,) = [each for each in purged.entries() if each["event"] == "purge-begun"]
    assert (done["rule"], done["agency"]) == ("agency-left", "police")


def test_a_present_database_that_cannot_be_opened_is_replaced_and_it_is_said_what_it_may_have_known(
    purged: Kept,
) -> None:
    (purged.data / "neo4j" / "version").write_text("9999.1.0")
    restored = purged.mast("restore", purged.backup, "--json")
    assert restored.code == 0, restored.err
    said = " ".join(restored.err.split())
    assert "the present database cannot be opened (MAST-" in said
    assert "erase, and let leave, once more" in said
    assert restored.json["present_unread"] is True
    told = [each["present_unread"] for each in purged.entries() if each["event"].startswith("restor")]
    assert told == [True, True]


def test_what_the_new_database_gives_back_otherwise_is_refused_and_changes_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real fault: one value and one edge of what was restored are not as they were written."""

    def damaging(folder: Path, manifest: Any, keys: KeyRing, taker: Any, on_progress: Any) -> Any:
        said = read_backup(folder, manifest, keys, taker, on_progress)
        store = taker.restoration._store
        store.define("MATCH (r:PersonRecord) WITH r ORDER BY r.id LIMIT 1 SET r.content = 'x'")
        store.define("MATCH (:PersonRecord)-[e:LIVES_AT]->() WITH e LIMIT 1 DELETE e")
        return said

    monkeypatch.setattr(restoring, "read_backup", damaging)
    for name, value in kept.env.items():
        monkeypatch.setenv(name, value)
    before, inode = kept.files(), (kept.data / "neo4j").stat().st_ino
    settings = Settings.read(kept.env)
    with pytest.raises(RestoreDiffersError, match="2 elements are missing, 1 are other ones") as refused:
        restoring.restore(
            settings, Terminal(as_json=True), kept.backup, restoring.key_of(settings), by="operator-7"
        )
    assert refused.value.code == "MAST-273"
    assert kept.files() == before
    assert (kept.data / "neo4j").stat().st_ino == inode
    # The log has what waited in the present database to be said, and nothing of a restore.
    assert not [each for each in kept.entries() if each["event"].startswith("restor")]
    assert kept.mast("verify", "--json").code == 0
