"""The report of a migration, "changes to who matches whom": as data, and as files in the data folder."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from mast_resolver.migration import Fate, Migration
from mast_resolver.mistakes import MOST_PAIRS, Pattern
from mast_resolver.records import Kind

FOLDER: Final = "migrations"
SHOWN: Final = 20
"""So many patterns of pairs that joined, and of pairs that parted, are in the report."""


def document(found: Migration, kind: Kind, *, version: str) -> dict[str, Any]:
    """The report without the list of ids; no value is in it, and no record."""
    return {
        "kind": kind.value,
        "model": version,
        "records": found.records,
        "records_moved": found.moved,
        "entities_before": found.before,
        "entities_after": found.after,
        "entities": _fates(found.entities),
        "agencies": {
            agency: {"records": each.records, "records_moved": each.moved, "entities": _fates(each.entities)}
            for agency, each in found.agencies.items()
        },
        "joined": _patterns(found.joined),
        "parted": _patterns(found.parted),
    }


def write_report(
    data: Path, kind: Kind, found: Migration, *, version: str, at: dt.datetime
) -> Mapping[str, Any]:
    """Write the report (JSON) and the list of ids (CSV) below the data folder; returns the report.

    ``file`` and ``ids`` in it say where they are. Ids of entities are no clear text, but of people: the
    folder is for its owner only.
    """
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"{at:%Y%m%dT%H%M%S}-{kind.value}"
    told = {
        **document(found, kind, version=version),
        "at": at.isoformat(timespec="seconds"),
        "file": str(folder / f"{stem}.json"),
        "ids": str(folder / f"{stem}.csv"),
    }
    write_ids(Path(told["ids"]), found)
    Path(told["file"]).write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return told


def write_ids(path: Path, found: Migration) -> None:
    """Every entity that changed: its id of before, an id of now, and how many of its records went there."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("old", "new", "records", "change"))
        rows.writerows((each.old, each.new, each.records, each.fate.value) for each in found.went)


def _fates(counted: Mapping[Fate, int]) -> dict[str, int]:
    return {fate.value: count for fate, count in counted.items()}


def _patterns(found: Sequence[Pattern]) -> dict[str, Any]:
    pairs = sum(each.pairs for each in found)
    return {
        "pairs": pairs,
        "more_pairs_not_looked_at": pairs >= MOST_PAIRS,
        "patterns": [{**asdict(each), "levels": dict(each.levels)} for each in found[:SHOWN]],
        "other_patterns": max(0, len(found) - SHOWN),
    }
