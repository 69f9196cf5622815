"""Child processes and what they cost: wall clock, processor time, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class ChildFailedError(Exception):
    """A measured command failed; what it wrote last is in the message."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost. ``peak_rss_mib`` is that of its largest single process."""

    wall_s: float
    cpu_s: float
    peak_rss_mib: float
    output: str


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    sent: str = "",
    exits: Sequence[int] = (0,),
) -> Cost:
    """Run a command to its end.

    Raises:
        ChildFailedError: it ended with another exit code than those expected.
    """
    begun = time.perf_counter()
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env) if env is not None else None,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin
    assert child.stdout
    assert child.stderr
    errors: list[bytes] = []
    draining = threading.Thread(target=lambda pipe: errors.append(pipe.read()), args=(child.stderr,))
    draining.start()
    child.stdin.write(sent.encode())
    child.stdin.close()
    output = child.stdout.read().decode()
    draining.join()
    # wait4 tells what this very child used; getrusage would add up every child so far.
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if child.returncode not in exits:
        told = errors[0].decode(errors="replace")[-3000:]
        raise ChildFailedError(f"{' '.join(map(str, command))} ended with {child.returncode}\n{told}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)


def python(module: str, *arguments: str) -> list[str]:
    """The command line of a module of ours."""
    return [sys.executable, "-m", module, *arguments]


def mast(*arguments: str | Path) -> list[str]:
    """The command line of a `mast` command, of this environment."""
    return [str(Path(sys.executable).parent / "mast"), *map(str, arguments)]


def cpu_seconds(pid: int) -> float:
    """Processor time that a running process has used, its threads included.

    Example:
        >>> cpu_seconds(os.getpid()) > 0
        True
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_rss_mib(pid: int) -> float:
    """The most memory that a running process has held."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
