"""The `mast` command as a person runs it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mast_graph.store import Login


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The JSON document it printed."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def assert_one_message(ran: Ran, *, code: str, exit_code: int) -> None:
    """One message: the code, a fact, a fix; no traceback."""
    assert ran.code == exit_code, ran.err + ran.out
    message = ran.err[ran.err.index("MAST-") :]
    assert message.startswith(f"{code}: "), ran.err
    assert "\n  fix: " in message
    assert "Traceback" not in ran.err


def environment(login: Login | None, data: Path) -> dict[str, str]:
    """What a command is told: no setting of the machine's user comes through."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAST_")}
    told = {"MAST_DATA": str(data), "COLUMNS": "160"}
    if login is not None:
        told |= {
            "MAST_NEO4J_URI": login.uri,
            "MAST_NEO4J_USER": login.user,
            "MAST_NEO4J_PASSWORD": login.password,
        }
    if "MAST_NEO4J" in os.environ:
        told["MAST_NEO4J"] = os.environ["MAST_NEO4J"]
    return kept | told


def run(*arguments: str | Path, env: Mapping[str, str], timeout: float = 300) -> Ran:
    """Run `mast` to its end."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "mast_api", *map(str, arguments)],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


Mast = Callable[..., Ran]
