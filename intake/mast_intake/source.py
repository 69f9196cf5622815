"""What a source file declares: whose feed it is, its format, and where each of our fields comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo


class Mode(StrEnum):
    """What a file of the feed says about rows that are not in it."""

    SNAPSHOT = "snapshot"  # a missing row is retracted
    DELTA = "delta"  # an `operation` column says add, change or retract
    APPEND = "append"  # nothing


class FileFormat(StrEnum):
    """How a feed's files are written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where one of our fields comes from: columns joined with spaces (those of an address with commas,
    so that its lines stay apart), or a constant. Those of an id are ``told_apart``: two ids are one only if
    they are so column by column.

    ``formats`` are tried in order (dates); ``values`` maps what the source writes (folded) to what we
    understand, None for "missing"; a value that is not in it is refused.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    formats: tuple[str, ...] = ()
    values: Mapping[str, str | None] | None = None
    separator: str = " "
    told_apart: bool = False

    def joined(self, parts: Sequence[str]) -> str:
        """The columns of a row as one text.

        Example:
            >>> Mapped().joined(["1 2", "", "3"]), Mapped().joined(["1", "2 3"])
            ('1 2 3', '1 2 3')
            >>> Mapped(told_apart=True).joined(["1 2", "", "3"]), Mapped(told_apart=True).joined(["1", "23"])
            ('1\\\\ 2  3', '1 23')
        """
        if not self.told_apart:
            return self.separator.join(filter(None, parts))
        if not any(parts):
            return ""
        return self.separator.join(part.replace("\\", "\\\\").replace(" ", "\\ ") for part in parts)


@dataclass(frozen=True, slots=True)
class PersonMap:
    """The field map of one person of a row; ``suffix`` makes that person's record id."""

    fields: Mapping[str, Mapped]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How a CSV file is written; ``header`` names the columns of a file that has no header line."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One feed of one agency, as its YAML file declares it; checked by :func:`read_source`."""

    name: str
    agency: str
    agreement: str
    format: FileFormat
    people: tuple[PersonMap, ...]
    mode: Mode = Mode.APPEND
    country: str = "GB"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    csv: CsvOptions = CsvOptions()
    operation: Mapped | None = None
    ignore: frozenset[str] = frozenset()
    shielded: bool = False
    """Nobody and no place of the feed may be found: that of a refuge, say."""

    @property
    def feed(self) -> str:
        """Stable id of the feed: the agency and the stem of the source file.

        Example:
            >>> Source("visits", "fire", "mast-2026", FileFormat.CSV, ()).feed
            'fire/visits'
        """
        return f"{self.agency}/{self.name}"

    @property
    def columns(self) -> frozenset[str]:
        """Every column that some field, or the operation, comes from."""
        mapped = [each for person in self.people for each in person.fields.values()]
        if self.operation:
            mapped.append(self.operation)
        return frozenset(column for each in mapped for column in each.columns)
