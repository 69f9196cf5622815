"""One key ring, one clock, and a way to write a source with its data file, for the intake tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source import Source
from mast_intake.source_yaml import read_source
from mast_resolver.records import Batch

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    return KeyRing({1: bytes(range(32))}, current=1)


@pytest.fixture(scope="session")
def pseudonymiser(ring: KeyRing) -> Pseudonymiser:
    return Pseudonymiser(ring, lambda: NOW)


@pytest.fixture
def source(tmp_path: Path) -> Callable[[str], Source]:
    """Reads YAML text as a source called ``people``."""

    def read(text: str) -> Source:
        path = tmp_path / "people.yaml"
        path.write_text(text, encoding="utf-8")
        return read_source(path)

    return read


@pytest.fixture
def rows(tmp_path: Path, source: Callable[[str], Source]) -> Callable[..., tuple[list[SourceRow], Rejects]]:
    """Reads data (text or bytes) by YAML text: the rows and the rejects."""

    def read(yaml: str, data: str | bytes, name: str = "people.csv") -> tuple[list[SourceRow], Rejects]:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        rejects = Rejects()
        return list(read_rows(source(yaml), [path], rejects, today=NOW.date())), rejects

    return read


@pytest.fixture
def batches(
    tmp_path: Path, source: Callable[[str], Source], pseudonymiser: Pseudonymiser
) -> Callable[..., list[Batch]]:
    """Reads and encodes data by YAML text."""

    def encode(yaml: str, data: str, *, size: int = 1000) -> list[Batch]:
        path = tmp_path / "people.csv"
        path.write_text(data, encoding="utf-8")
        declared = source(yaml)
        return list(pseudonymiser.batches(declared, read_rows(declared, [path], Rejects()), size=size))

    return encode
