"""What `mast evaluate` reads: clusters and truth, and from the graph the review lane and the mistakes."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, cast

from mast_api.models import model_in_force
from mast_api.opening import restored, scorer_for
from mast_graph.reviewing import lane_of, read_review
from mast_graph.state import read_person_rows
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import UnreadableFileError
from mast_resolver.mistakes import Mistakes, Pattern, mistakes
from mast_resolver.ports import Lane
from mast_resolver.records import Kind, RecordId

Item = tuple[str, str]
"""Agency and its own reference."""

FEWEST: Final = 10
"""A group of fewer records is put with the other small ones: a name or a number is no group."""
FEW: Final = "(few)"
_PATTERNS: Final = 20
_MEASURED_AT: Final = "the weights are those of the model and the frequencies that are in force"


@dataclass(frozen=True, slots=True)
class Area:
    """The graph's people, as far as evaluation needs them."""

    found: Mapping[Item, str]
    records: Mapping[Item, RecordId]
    review: Mapping[Lane, Sequence[tuple[RecordId, RecordId]]]
    """The pairs of each lane of the review queue."""


def read_area(store: Store, keys: KeyRing) -> Area:
    """Who is who in the graph, by the agencies' own references; needs the keys."""
    found: dict[Item, str] = {}
    records: dict[Item, RecordId] = {}
    for row in read_person_rows(store):
        record = RecordId(row.context)
        item = row.agency, keys.open_reference(row.reference, context=row.context.encode())
        found[item], records[item] = row.entity, record
    review: dict[Lane, list[tuple[RecordId, RecordId]]] = {lane: [] for lane in Lane}
    for each in read_review(store):
        review[lane_of(each)].append((RecordId(each["left"]), RecordId(each["right"])))
    return Area(found, records, review)


def read_mistakes(store: Store, keys: KeyRing, data: Path, area: Area, truth: Mapping[Item, str]) -> Mistakes:
    """The patterns of wrong and missed pairs."""
    wanted = {area.records[item]: item for item in truth if item in area.records}
    scorer = scorer_for(store, keys, model_in_force(data, Kind.PERSON))
    resolver = restored(store, keys, scorer)
    wanted = {record: item for record, item in wanted.items() if resolver.entity_of(record) is not None}
    return mistakes(
        resolver.explainer(scorer.explain).parts,
        {record: area.found[item] for record, item in wanted.items()},
        {record: truth[item] for record, item in wanted.items()},
    )


def read_labels(path: Path, *columns: str) -> dict[Item, tuple[str, ...]]:
    """Columns of a CSV by agency (if it says) and record id; rows that lack one are passed over.

    Raises:
        UnreadableFileError: it has no such columns, or is no CSV in UTF-8.
    """
    try:
        return _labels(path, columns)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error):
        # What cannot be read may be quoted in their words.
        raise UnreadableFileError(
            f"{path.name} cannot be read as CSV in UTF-8", fix="export it again as CSV, with a row of names"
        ) from None


def _labels(path: Path, columns: tuple[str, ...]) -> dict[Item, tuple[str, ...]]:
    with _text(path) as file:
        rows = csv.DictReader(file)
        if not rows.fieldnames or not {"record_id", *columns} <= set(rows.fieldnames):
            raise UnreadableFileError(
                f"{path.name} has no columns record_id and {', '.join(columns)}",
                fix="name the columns with --entity and --by",
            )
        return {
            (row.get("agency") or "", row["record_id"]): tuple(row[column] or "" for column in columns)
            for row in rows
            if row["record_id"] and row[columns[0]]
        }


def groups(labels: Mapping[Item, str], *, birth: bool) -> dict[Item, str]:
    """The group of each record: the value, or for dates of birth the decade; small ones are one."""
    named = {item: _decade(value) if birth else value.strip().lower() for item, value in labels.items()}
    sizes = Counter(named.values())
    return {item: name if sizes[name] >= FEWEST else FEW for item, name in named.items()}


def _decade(value: str) -> str:
    year = next(
        (part for part in value.replace("/", "-").split("-") if len(part) == 4 and part.isdigit()), ""
    )
    return f"born {year[:3]}0s" if year else "birth not known"


def page(found: Mistakes) -> str:
    """The page of mistakes, as Markdown: by pattern, never by value."""
    lines = ["# Mistakes by pattern", "", f"Levels that fields reached; {_MEASURED_AT}.", ""]
    lines += _table("People fused: pairs put together that are two people", found.merged)
    lines += _table("People missed: pairs kept apart that are one person", found.missed)
    return "\n".join(lines) + "\n"


def _table(title: str, patterns: Sequence[Pattern]) -> list[str]:
    total = sum(each.pairs for each in patterns)
    lines = [f"## {title}", "", f"{total:,} pairs in {len(patterns):,} patterns.", ""]
    if not patterns:
        return lines
    lines += ["| pairs | share | mean bits | were compared | pattern |", "|---:|---:|---:|---:|---|"]
    for each in patterns[:_PATTERNS]:
        what = ", ".join(f"{field} {level}" for field, level in each.levels) or "nothing to compare"
        lines.append(
            f"| {each.pairs:,} | {each.pairs / total:.1%} | {each.bits:+.1f} | {each.blocked:,} | {what} |"
        )
    return [*lines, ""]


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as packed:
            yield cast(TextIO, packed)
    else:
        with path.open(encoding="utf-8", newline="") as file:
            yield file
