"""Values on their way to the driver and back: plain Python on our side, times in UTC on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from mast_graph.driver import neo4j
from mast_graph.queries import NamedQuery
from mast_resolver.errors import QueryFileError

Row = dict[str, Any]

_TIMELESS: Final = frozenset({str, int, float, bool, bytes, type(None)})
"""Most values by far; whether one is a time takes ten times as long to ask."""


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


def side_by_side(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows whose columns are lists side by side, as one row for each place in the lists.

    Example:
        >>> list(side_by_side([{"id": ["a", "b"], "live": [True, False]}, {"id": [], "live": []}]))
        [{'id': 'a', 'live': True}, {'id': 'b', 'live': False}]
    """
    for row in rows:
        for values in zip(*row.values(), strict=True):
            yield dict(zip(row, values, strict=True))


def columns(row: Mapping[str, Any], *names: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of a row, lists side by side: their values for each place in the lists.

    Example:
        >>> list(columns({"id": ["a", "b"], "live": [True, False], "last": "b"}, "id", "live"))
        [('a', True), ('b', False)]
    """
    return zip(*(row[name] for name in names), strict=True)


def sendable(query: NamedQuery, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a call, checked against the header, with all times in UTC.

    The driver hands a ``ZoneInfo`` something that is no ``datetime``, which ends the whole process with a
    segmentation fault (driver 6.4.1 on CPython 3.11): such a time must never reach it.

    Raises:
        QueryFileError: a parameter is missing or unknown, or a time has no zone.
    """
    query.check_params(given)
    return {
        name: _unsaid(_in_utc(value) if query.params[name].holds_times else value)
        for name, value in given.items()
    }


class _Unsaid(list[Any]):
    """A list that does not say what is in it.

    At every call the driver makes the text of all parameters for its debug log, whether anybody keeps one or
    not: of sealed values, which no log may hold, and for a quarter of the time that it takes for a batch.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"[{len(self)} values]"


def _unsaid(value: Any) -> Any:
    return _Unsaid(value) if type(value) is list else value


def _in_utc(value: Any) -> Any:
    kind = type(value)
    if kind in _TIMELESS:
        return value
    # Rows by the thousand, and hardly one with a time in it.
    if kind is dict and _TIMELESS.issuperset(map(type, value.values())):
        return value
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise QueryFileError("a time without a zone was to be stored", fix="give every time its zone")
        return value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)
    if isinstance(value, list | tuple):
        return [_in_utc(each) for each in value]
    if isinstance(value, Mapping):
        return {key: each if type(each) in _TIMELESS else _in_utc(each) for key, each in value.items()}
    return value


def _plain(value: Any) -> Any:
    if type(value) in _TIMELESS:
        return value
    if isinstance(value, neo4j.time.DateTime):
        native = value.to_native()
        return native.astimezone(dt.UTC) if native.tzinfo else native
    if isinstance(value, neo4j.time.Date):
        return value.to_native()
    if isinstance(value, list):
        return value if _TIMELESS.issuperset(map(type, value)) else [_plain(each) for each in value]
    if isinstance(value, dict):
        plain = _TIMELESS.issuperset(map(type, value.values()))
        return value if plain else {key: _plain(each) for key, each in value.items()}
    return value
