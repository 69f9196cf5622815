"""Answers of the driver as plain Python values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import neo4j
import neo4j.time

from mast_graph.queries import NamedQuery
from mast_resolver.errors import QueryFileError

Row = dict[str, Any]


def plain_rows(query: NamedQuery, columns: Sequence[str], records: Iterable[neo4j.Record]) -> list[Row]:
    """Rows as dictionaries; times become ``datetime`` in UTC (only columns that may hold some are searched).

    Raises:
        QueryFileError: the columns are not those of the header.
    """
    if set(columns) != query.columns.keys():
        raise QueryFileError(
            f"{query.name} returned {sorted(columns)}, its header says {sorted(query.columns)}",
            fix="let the header's column lines and RETURN agree",
        )
    rows: list[Row] = [dict(zip(columns, record.values(), strict=True)) for record in records]
    for column in (name for name, field in query.columns.items() if field.holds_times):
        for row in rows:
            row[column] = _plain(row[column])
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, neo4j.time.DateTime):
        native = value.to_native()
        return native.astimezone(dt.UTC) if native.tzinfo else native
    if isinstance(value, neo4j.time.Date):
        return value.to_native()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
