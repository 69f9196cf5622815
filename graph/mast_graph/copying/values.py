"""One node or edge as bytes, equal exactly when the elements are: labels, names, values and their types."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from mast_graph.driver import Date, DateTime
from mast_resolver.errors import UnknownNameError

DIGEST_BYTES: Final = 16

_TIME: Final = 1
_DATE: Final = 2
_TIME_IN_LIST: Final = 3


class TimeText(str):
    """A date-time as the database writes it: with nanoseconds, and its zone by offset or by name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its number in the database that it was read from, its labels and its properties."""

    number: int
    labels: tuple[str, ...]
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between the nodes of these numbers."""

    type: str
    left: int
    right: int
    properties: Mapping[str, Any]


def packed_node(number: int, labels: Sequence[str], properties: Mapping[str, Any]) -> bytes:
    """A node as bytes.

    Example:
        >>> node = unpacked_node(packed_node(7, ["B", "A"], {"at": TimeText("2026-11-26T09:00Z"), "n": 1.0}))
        >>> node.labels, node.properties["at"], type(node.properties["n"])
        (('A', 'B'), '2026-11-26T09:00Z', <class 'float'>)
    """
    return _pack([number, sorted(labels), _ordered(properties)])


def packed_edge(kind: str, left: int, right: int, properties: Mapping[str, Any]) -> bytes:
    """An edge as bytes."""
    return _pack([kind, left, right, _ordered(properties)])


def unpacked_node(packed: bytes) -> Node:
    """Inverse of :func:`packed_node`."""
    number, labels, properties = _unpack(packed)
    return Node(number, tuple(labels), properties)


def unpacked_edge(packed: bytes) -> Edge:
    """Inverse of :func:`packed_edge`."""
    return Edge(*_unpack(packed))


def digest(packed: bytes) -> bytes:
    """The hash of an element, 16 bytes.

    Example:
        >>> digest(packed_node(1, [], {"n": 1})) == digest(packed_node(1, [], {"n": 1.0}))
        False
    """
    return hashlib.blake2b(packed, digest_size=DIGEST_BYTES).digest()


def _ordered(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: msgpack.ExtType(_TIME, value.encode()) if type(value) is TimeText else value
        for name, value in sorted(properties.items())
    }


def _pack(said: list[Any]) -> bytes:
    packed: bytes = msgpack.packb(said, default=_rare, strict_types=True)  # a point is a tuple
    return packed


def _rare(value: Any) -> msgpack.ExtType:
    """Of what the schema has no property of today, or only within lists."""
    if isinstance(value, Date):
        return msgpack.ExtType(_DATE, value.iso_format().encode())
    if isinstance(value, DateTime) and getattr(value.tzinfo, "zone", None) in (None, "UTC"):
        return msgpack.ExtType(_TIME_IN_LIST, value.iso_format().encode())
    raise UnknownNameError(
        f"the graph holds a property of type {type(value).__name__}, which a copy cannot keep",
        fix="store it as a text, a number, bytes, a date, a date-time, or a list of one of these",
    )


def _unpack(packed: bytes) -> list[Any]:
    said: list[Any] = msgpack.unpackb(packed, ext_hook=_extended)
    return said


def _extended(code: int, data: bytes) -> Any:
    text = data.decode()
    if code == _TIME:
        return TimeText(text)
    return Date.from_iso_format(text) if code == _DATE else DateTime.from_iso_format(text)
