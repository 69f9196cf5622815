"""`mast audit` and `mast verify`: what is done to the log is found by what was held elsewhere, and named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.api.audit.logs import chained_anew, seals, write
from tests.end_to_end.command import Mast

from mast_api.audit.chain import parsed

pytestmark = pytest.mark.graph


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Checkpoints and public keys where whoever keeps the log cannot reach them."""

    mast: Mast
    checkpoints: Path
    keys: Path

    def verified(self) -> tuple[int, list[str]]:
        """The exit code of `mast verify`, and the faults of the log that it names."""
        ran = self.mast("verify", "--json", "--checkpoint", self.checkpoints, "--audit-keys", self.keys)
        return ran.code, ran.json["audit"]


@pytest.fixture
def log(data: Path) -> Path:
    data.mkdir(mode=0o700)
    write(data / "audit.jsonl", "one", "two", "three")
    return data / "audit.jsonl"


@pytest.fixture
def held(mast: Mast, log: Path, tmp_path: Path) -> Elsewhere:
    """A checkpoint under the first key and one under the second; they are of 4 entries and of 6."""
    checkpoints, keys = tmp_path / "held.jsonl", tmp_path / "keys.json"
    first = mast("audit", "checkpoint", "--out", checkpoints, "--json")
    assert (first.code, first.json["size"]) == (0, 4), first.err
    renewed = mast("audit", "renew-key", "--json")
    assert (renewed.code, renewed.json) == (0, {"key": 2}), renewed.err
    write(log, "after")
    printed = mast("audit", "checkpoint")
    assert printed.code == 0, printed.err
    with checkpoints.open("a") as file:
        file.write(printed.out)
    keys.write_text(mast("audit", "keys").out)
    return Elsewhere(mast, checkpoints, keys)


def test_the_commands_find_what_was_done_to_the_log_and_name_it(log: Path, held: Elsewhere) -> None:
    whole = log.read_bytes()
    assert held.verified() == (0, [])
    lines = whole.splitlines(keepends=True)

    log.write_bytes(b"".join(lines[:-1]))
    assert held.verified() == (1, ["a checkpoint says that there were 6 entries; there are 5"])
    told = held.mast("verify", "--checkpoint", held.checkpoints)
    assert (told.code, "there were 6 entries; there are 5" in told.out) == (1, True)
    assert held.mast("verify").code == 0, "a cut tail shows by nothing that lies beside it"

    flipped = bytearray(whole)
    flipped[whole.index(b'"two"') + 2] ^= 1
    log.write_bytes(flipped)
    assert held.verified() == (1, ["line 3: changed after it was written"])

    past = [entry for line in lines if (entry := parsed(line)) and entry["event"] != "two"]
    chained_anew(log, past, seals(log), version=2)
    code, named = held.verified()
    assert code == 1
    assert "line 1: sealed with key 2 where key 1 was in force" in named
    assert "a checkpoint of 4 entries names another entry than stands there" in named

    log.write_bytes(whole)
    assert held.verified() == (0, [])


def test_a_log_that_was_begun_anew_with_keys_of_its_own_is_found_by_the_public_keys(
    log: Path, held: Elsewhere
) -> None:
    log.unlink()
    log.with_name("audit-key.json").unlink()
    write(log, "one", "two", "three")
    assert held.mast("verify").code == 0
    ran = held.mast("verify", "--json", "--audit-keys", held.keys)
    assert ran.code == 1
    assert ran.json["audit"][0] == ("line 1: its seal is not that of the key in force")
