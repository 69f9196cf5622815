"""A process that is killed, with SIGKILL, just before its n-th change to a file system; no hook in our code.

`python -m tests.killed N BELOW MODULE ARGUMENT...` runs MODULE as if by `python -m`, and counts changes whose
path has BELOW in it. It exits by the signal, or as the module does when that made fewer than N changes.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

CHANGES: Final = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.link"})
KILLED: Final = -signal.SIGKILL


def run_killed(
    number: int, module: str, *arguments: str | Path, env: Mapping[str, str], below: Path
) -> subprocess.CompletedProcess[str]:
    """Run a module, to be killed before its ``number``-th change below a folder."""
    return subprocess.run(
        [sys.executable, "-m", "tests.killed", str(number), str(below), module, *map(str, arguments)],
        cwd=Path(__file__).parents[1],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _kill_before(number: int, below: str) -> None:
    seen = 0

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        if not (event in CHANGES or writes) or not any(below in str(each) for each in arguments[:2]):
            return
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


if __name__ == "__main__":
    _kill_before(int(sys.argv[1]), sys.argv[2])
    sys.argv = sys.argv[3:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
