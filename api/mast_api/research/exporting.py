"""Files for other programs, in memory: nothing is written before it is remembered."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from mast_analytics.disclosure.paths import shown_follows
from mast_analytics.follows import directly_follows
from mast_analytics.kinds import kinds
from mast_analytics.release.exports import (
    EDGES,
    MSTATE,
    NODES,
    SPELL,
    Field,
    ShownKinds,
    dictionary,
    graphml,
    mstate,
    numbers,
    shown_kinds,
    spell,
)
from mast_analytics.spells import spells
from mast_api.research.counting import Counting
from mast_resolver.errors import UsageError


def export_files(of: Counting) -> Mapping[str, bytes]:
    """Every file by its name, the data dictionary last."""
    known = of.episodes()
    shown = shown_kinds(kinds(spells(known)), of.policy)
    files: dict[str, bytes] = {}
    fields: dict[str, tuple[Field, ...]] = {}
    for name, table, columns in (
        ("paths-mstate", mstate(shown), MSTATE),
        ("paths-spell", spell(shown), SPELL),
    ):
        for ending, content in (("csv", _csv(table)), ("parquet", _parquet(table))):
            files[f"{name}.{ending}"], fields[f"{name}.{ending}"] = content, columns
    files["follows.graphml"] = graphml(shown_follows(directly_follows(known), of.policy))
    fields["follows.graphml"] = (*NODES, *EDGES)
    said = dictionary(fields, about=_about(of, shown))
    files["datapackage.json"] = json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"
    return files


def free(folder: Path) -> Path:
    """The folder, if nothing lies in it.

    Raises:
        UsageError: something does.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("the folder of --out is not empty", fix="name a new one")
    return folder.absolute()


def _about(of: Counting, shown: ShownKinds) -> dict[str, object]:
    return {
        "name": "kinds-of-path",
        "title": "Kinds of path, and which contact came next",
        "description": "No row is of a person. A kind of path is here if more people than the threshold of "
        "the policy walked it; its weight is their rounded number.",
        "policy": {"name": of.policy.name, "threshold": of.policy.threshold, "base": of.policy.base,
                   "source": of.policy.source},
        "as_of": of.cut_off.valid.isoformat(),
        "recorded_by": of.cut_off.recorded.isoformat(),
        "step_days": shown.step_days,
        "people": {
            "in_the_files": sum(shown.people.values()),
            "path_left_out": shown.left_out,
            "followed_too_short": shown.too_short,
        },
        **numbers(shown),
    }  # fmt: skip


def _csv(table: pa.Table) -> bytes:
    made = io.BytesIO()
    pyarrow.csv.write_csv(table, made)
    return made.getvalue()


def _parquet(table: pa.Table) -> bytes:
    made = io.BytesIO()
    pyarrow.parquet.write_table(table, made)
    return made.getvalue()
