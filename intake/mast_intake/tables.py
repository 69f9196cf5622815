"""Raw rows of CSV, JSON lines and Parquet files, one after the other, in bounded memory."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from mast_intake.rejects import Rejects, Rule
from mast_intake.source import FileFormat, Source
from mast_resolver.declared import nearest
from mast_resolver.errors import MastError, UnknownColumnError, UnreadableFileError

LONGEST_LINE: Final = 1_048_576
"""Signs of one line; a longer one is passed over piece by piece and never held whole."""

Raw = str | dt.date
"""A value as read; dates only from formats that have a type for them."""

_BATCH_ROWS: Final = 1_000
_Row = TypeVar("_Row")


def raw_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Line number and values by column of every row that can be read at all.

    Raises:
        UnreadableFileError: not the declared format or encoding, empty, or without a single row.
        UnknownColumnError: a column that is neither mapped nor ignored, or a mapped one is missing.
    """
    readers: dict[FileFormat, Callable[..., Iterator[tuple[int, dict[str, Raw]]]]] = {
        FileFormat.CSV: _csv_rows,
        FileFormat.JSONL: _json_rows,
        FileFormat.PARQUET: _parquet_rows,
    }
    encoding = source.csv.encoding if source.format is FileFormat.CSV else "utf-8"
    yield from _readable(path, encoding, readers[source.format](source, path, rejects))


def header_of(path: Path, encoding: str) -> tuple[str, ...]:
    """The names in the first line of a CSV file.

    Raises:
        UnreadableFileError: not text in that encoding, or empty.
    """
    return next(_readable(path, encoding, _header(path, encoding)))


def _header(path: Path, encoding: str) -> Iterator[tuple[str, ...]]:
    with _open(path, encoding) as stream:
        names = tuple(
            name.strip() for name in next(csv.reader(iter(_Lines(stream, path.name, Rejects()))), ())
        )
        if not any(names):
            raise _empty(path)
        yield names


def _readable(path: Path, encoding: str, rows: Iterator[_Row]) -> Iterator[_Row]:
    """The rows; what goes wrong in reading them becomes one of our errors, which quotes nothing."""
    fault: MastError
    try:
        return (yield from rows)
    except UnicodeError:
        fault = UnreadableFileError(
            f"{path.name} is not {encoding} text",
            fix="declare its encoding (under `csv` in the source, or --encoding), or save it anew",
        )
    except (EOFError, gzip.BadGzipFile, zlib.error):
        fault = UnreadableFileError(f"{path.name} is not a whole gzip file", fix="fetch it again")
    except csv.Error:
        fault = UnreadableFileError(
            f"{path.name} has a quoted value that does not end, or one of over 128 KiB",
            fix="check the quotes, and `delimiter` and `quote` under `csv`",
        )
    except pa.ArrowException:
        fault = UnreadableFileError(
            f"{path.name} is not a Parquet file that can be read", fix="write it anew"
        )
    except (ArithmeticError, LookupError, ValueError):
        # Values of a typed column that are no days or times of ours, or in a zone that nobody knows.
        fault = UnreadableFileError(
            f"{path.name} has a date or time out of range, or of an unknown time zone",
            fix="write dates of the years 1 to 9999, in zones of the tz database",
        )
    except OSError:
        fault = UnreadableFileError(f"{path.name} cannot be opened or read", fix="check its path and rights")
    # Outside the handlers: an error raised within would carry the other one, which quotes the data.
    raise fault


def _open(path: Path, encoding: str) -> IO[str]:
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=encoding, errors="strict", newline="")
    return path.open(encoding=encoding, errors="strict", newline="")


class _Lines:
    """Lines of a text stream, each of bounded length; what is unusable is rejected and passed over."""

    def __init__(self, stream: IO[str], file: str, rejects: Rejects) -> None:
        self._stream = stream
        self._file = file
        self._rejects = rejects
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(LONGEST_LINE):
            self.number += 1
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
                    pass
                self._rejects.row(self._file, self.number, "", Rule.LINE_TOO_LONG)
            elif "\0" in line:
                self._rejects.row(self._file, self.number, "", Rule.NUL_BYTE)
            elif not _is_text(line):
                self._rejects.row(self._file, self.number, "", Rule.NOT_TEXT)
            else:
                yield line


def _is_text(value: object) -> bool:
    """Whether a value is plain, and holds no half of a sign: the error in encoding one would quote it all."""
    if not isinstance(value, str):
        return not isinstance(value, dict | list)
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _csv_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    options = source.csv
    with _open(path, options.encoding) as stream:
        lines = _Lines(stream, path.name, rejects)
        reader = csv.reader(iter(lines), delimiter=options.delimiter, quotechar=options.quote, strict=True)
        header = options.header
        if header is None:
            header = tuple(name.strip() for name in next(reader, ()))
            if not header:
                raise _empty(path)
        _check_columns(source, path, header)
        found, begun = False, lines.number
        for values in _each(reader):
            of_several, begun = lines.number > begun + 1, lines.number
            if values is None or (of_several and _swallows(values, options.delimiter)):
                found = True
                rejects.row(path.name, lines.number, "", Rule.QUOTE_UNBALANCED)
            elif len(values) == len(header):
                found = True
                yield lines.number, dict(zip(header, values, strict=True))
            elif values:
                found = True
                rejects.row(path.name, lines.number, "", Rule.RAGGED_ROW)
        if not found:
            raise _empty(path)


def _each(reader: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Its rows, and None in place of one whose quotes are not closed or stand where none can."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            if "field larger" in str(broken):
                raise
            yield None


def _swallows(values: list[str], delimiter: str) -> bool:
    """Whether a quoted value holds what looks like rows: a quote was left open, and closed by a later one.

    Free text of several lines is no row: none of its lines has as many delimiters as a row.
    """
    return any(
        line.count(delimiter) >= len(values) - 1 > 0
        for value in values
        if "\n" in value or "\r" in value
        for line in value.splitlines()[1:]
    )


def _json_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    allowed = source.columns | source.ignore
    found = False
    with _open(path, "utf-8") as stream:
        lines = _Lines(stream, path.name, rejects)
        for line in lines:
            if line.isspace():
                continue
            row = _json_object(line)
            if row is None:
                rejects.row(path.name, lines.number, "", Rule.NOT_JSON)
            elif not allowed.issuperset(row):
                if not found:  # the first row shows what the file is; later ones may only be odd
                    _check_columns(source, path, (*row, *(source.columns - row.keys())))
                rejects.row(path.name, lines.number, "", Rule.UNKNOWN_COLUMN)
            elif not all(_is_text(row.get(column)) for column in source.columns):
                rejects.row(path.name, lines.number, "", Rule.NOT_TEXT)
            else:
                yield lines.number, {name: _text(value) for name, value in row.items()}
            found = True
    if not found:
        raise _empty(path)


def _json_object(line: str) -> dict[str, object] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _parquet_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    with pq.ParquetFile(path) as file:
        _check_columns(source, path, tuple(file.schema_arrow.names))
        if not file.metadata.num_rows:
            raise _empty(path)
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=sorted(source.columns)):
            for row in batch.to_pylist():
                number += 1
                if any(isinstance(value, dict | list | bytes) for value in row.values()):
                    rejects.row(path.name, number, "", Rule.NOT_TEXT)
                else:
                    yield number, {name: _text(value) for name, value in row.items()}


def _text(value: object) -> Raw:
    if value is None:
        return ""
    if isinstance(value, str | dt.date):
        return value
    if isinstance(value, float):
        # Not a number is nothing, as programs that write tables mean it.
        return str(int(value)) if value.is_integer() else str(value) if math.isfinite(value) else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_columns(source: Source, path: Path, header: tuple[str, ...]) -> None:
    """Refuse what the source does not speak of.

    The file's own names are not repeated: in a file without a header line they are somebody's data.
    """
    mapped = source.columns
    unknown = [at for at, name in enumerate(header, 1) if name not in mapped and name not in source.ignore]
    missing = sorted(mapped - set(header))
    twice = len(set(header) & mapped) != sum(name in mapped for name in header)
    if not (unknown or missing or twice):
        return
    facts = []
    if unknown:
        facts.append(f"column {_listed(unknown)} is neither mapped nor ignored")
    if missing:
        facts.append(f"mapped, but not there: {', '.join(missing)}")
    if twice:
        facts.append("a mapped column stands twice")
    offers = [
        f"column {at}{nearest(header[at - 1], missing)}" for at in unknown if nearest(header[at - 1], missing)
    ]
    fix = (
        "; ".join(offers)
        or "map each column or list it under `ignore`; check that the file has its header line"
    )
    raise UnknownColumnError(f"{path.name}: {'; '.join(facts)}", fix=fix)


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return f"{shown} and {len(numbers) - 20} more" if len(numbers) > 20 else shown


def _empty(path: Path) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} holds no rows",
        fix="fetch it again; to withdraw everything send a delta of retractions, not an empty file",
    )
