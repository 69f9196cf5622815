"""The Neo4j versions we run and the jars each consists of, pinned by checksum.

Neo4j Community is licensed under GPLv3. Its jars are neither part of this distribution nor linked into it:
they are fetched from the public Maven repository once and run in a process of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

from mast_resolver.errors import UnknownNameError

VERSIONS: Final = {"5.26": "5.26.30", "latest": "2026.08.1"}
"""Names one may ask for, and the release each stands for: the long-term one and the newest calendar one."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of the class path."""

    coordinate: str
    """``group:artifact:version`` or ``group:artifact:version:classifier``."""
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """The name Maven gives the file; unique within one lock file."""
        _, artifact, version, *classifier = self.coordinate.split(":")
        return "-".join((artifact, version, *classifier)) + ".jar"


def release(version: str) -> str:
    """The exact release that a version name stands for.

    Raises:
        UnknownNameError: neither a name nor a release that has a lock file.

    Example:
        >>> release("5.26")
        '5.26.30'
    """
    exact = VERSIONS.get(version, version)
    if exact not in VERSIONS.values():
        raise UnknownNameError(
            f"no Neo4j version is called '{version}'", fix=f"use one of {', '.join(VERSIONS)}"
        )
    return exact


def lock_name(version: str) -> str:
    """Name of the lock file of a version: one a series, so that its history shows what an update changed."""
    exact = release(version)
    return f"neo4j-{next(name for name, pinned in VERSIONS.items() if pinned == exact)}.lock"


def read_lock(version: str) -> tuple[Jar, ...]:
    """The jars of a version, in the order of its lock file.

    Raises:
        UnknownNameError: no such version.

    Example:
        >>> any(jar.coordinate == "org.neo4j:neo4j:5.26.30" for jar in read_lock("5.26"))
        True
    """
    text = resources.files(__package__).joinpath(lock_name(version)).read_text(encoding="ascii")
    return tuple(
        Jar(coordinate=coordinate, sha256=sha256, size=int(size))
        for sha256, size, coordinate in (
            line.split() for line in text.splitlines() if line and not line.startswith("#")
        )
    )
