"""`uk-address-matcher` beside ours: in an environment of its own, made when it is first asked for."""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bench.addresses.ours import Linked
from bench.addresses.towns import Town, Written
from bench.processes import run

PINNED: Final = "uk-address-matcher==1.5.3"
_CHILD: Final = Path(__file__).with_name("ukam_child.py")
_ID: Final = "unique_id"


def link(
    town: Town, known: Sequence[tuple[str, str, str]], records: Sequence[Written], folder: Path
) -> Linked:
    """Link records to the known addresses, clear text and all, at its defaults."""
    python = _environment(folder / "uk-address-matcher")
    with tempfile.TemporaryDirectory() as scratch:
        canonical, messy, out = (Path(scratch) / f"{name}.csv" for name in ("canonical", "messy", "out"))
        # Its ids must not repeat: of two records of one address the number comes later.
        _write(canonical, ((str(at), line, code) for at, (line, code, _) in enumerate(known)))
        _write(messy, ((str(at), each.line, each.postcode) for at, each in enumerate(records)))
        started = time.perf_counter()
        run([python, _CHILD, canonical, messy, out])
        seconds = time.perf_counter() - started
        with out.open(encoding="utf-8") as file:
            found = {row[_ID]: row["resolved_canonical_id"] for row in csv.DictReader(file)}
    resolved = [found.get(str(at), "") for at in range(len(records))]
    address = [known[int(each)][2] if each else "" for each in resolved]
    return Linked(address, [town.building(each) if each else "" for each in address], seconds)


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", folder])
        run([python, "-m", "pip", "install", "--quiet", PINNED])
    return python


def _write(path: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow((_ID, "address_concat", "postcode"))
        writer.writerows(rows)
