"""Raw rows of CSV, JSON lines and Parquet files, one after the other, in bounded memory."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import math
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from mast_intake.rejects import Rejects, Rule
from mast_intake.rows_within import RowsWithin
from mast_intake.source import FileFormat, Source
from mast_intake.text_lines import LONGEST_LINE, Lines, OpenQuoteError, is_text, open_text
from mast_resolver.declared import nearest
from mast_resolver.errors import MastError, UnknownColumnError, UnreadableFileError

# Every value of a line that is read can be read: by default one of 128 KiB would be the end of the file.
csv.field_size_limit(LONGEST_LINE)

Raw = str | dt.date
"""A value as read; dates only from formats that have a type for them."""

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
    with open_text(path, encoding) as stream:
        lines = Lines(stream, path.name, Rejects(), encoding)
        yield _names(lines, csv.reader(lines), path)


def _names(lines: Lines, reader: Iterator[list[str]], path: Path) -> tuple[str, ...]:
    """The first row that is not blank; none where it cannot be read: what follows would be taken for it."""
    for row in reader:
        if lines.rejected or lines.garbled:
            raise UnicodeError
        if any(names := tuple(name.strip() for name in row)):
            return names
        lines.of_row = 0
    if lines.rejected or lines.garbled:
        raise UnicodeError
    raise _empty(path)


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
            f"{path.name} has a quoted value that does not end, or one of several lines and over 128 KiB",
            fix="check the quotes, and `delimiter` and `quote` under `csv`",
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


def _csv_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    options = source.csv
    with open_text(path, options.encoding) as stream:
        lines = Lines(stream, path.name, rejects, options.encoding)
        reader = csv.reader(
            lines.of_rows(), delimiter=options.delimiter, quotechar=options.quote, strict=True
        )
        header = _names(lines, reader, path) if options.header is None else options.header
        _check_columns(source, path, header)
        within = RowsWithin(source, header)
        found, begun, garbled = False, lines.number, 0
        rows = _each(reader, lines)
        for values in rows if options.header is None else _below_no_header(rows, header, path):
            of_several, begun = lines.number > begun + 1, lines.number
            marked, garbled = lines.garbled > garbled, lines.garbled
            if not values and values is not None:
                continue
            row: dict[str, Raw] = dict(zip(header, values or (), strict=False))
            if values is None or (of_several and within.found_in(values)):
                rejects.row(path.name, lines.number, "", Rule.QUOTE_UNBALANCED)
            elif len(values) != len(header):
                rejects.row(path.name, lines.number, "", Rule.RAGGED_ROW)
            elif marked and not all(is_text(row.get(column)) for column in source.columns):
                rejects.row(path.name, lines.number, "", Rule.NOT_TEXT)
                continue
            else:
                yield lines.number, row
            found = True
        _check_found(path, lines, found=found)


def _check_found(path: Path, lines: Lines, *, found: bool) -> None:
    """Of no file without a row of the text that was declared is it said that it was read."""
    if not found and lines.garbled:
        raise UnicodeError
    if not found and not lines.rejected:
        raise _empty(path)


def _below_no_header(
    rows: Iterator[list[str] | None], header: tuple[str, ...], path: Path
) -> Iterator[list[str] | None]:
    """The rows of a file that is said to have no header line: with one, it would be loaded as somebody."""
    for values in rows:
        if values and [value.strip().casefold() for value in values] == [name.casefold() for name in header]:
            raise UnreadableFileError(
                f"{path.name} has a header line, the one that its source gives as `header`",
                fix="take `header` out from under `csv` in the source",
            )
        yield values
        if values is None or values:
            break
    yield from rows


def _each(reader: Iterator[list[str]], lines: Lines) -> Iterator[list[str] | None]:
    """Its rows, and None in place of one whose quotes are not closed or stand where none can."""
    while True:
        lines.of_row = 0
        try:
            yield next(reader)
        except StopIteration:
            return
        except OpenQuoteError:
            raise
        except csv.Error:
            yield None


def _json_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    allowed = source.columns | source.ignore
    found = False
    with open_text(path, "utf-8") as stream:
        lines = Lines(stream, path.name, rejects)
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
            elif not all(is_text(row.get(column)) for column in source.columns):
                rejects.row(path.name, lines.number, "", Rule.NOT_TEXT)
                found = found or not lines.garbled  # half a sign can be written with none
                continue
            else:
                yield lines.number, {name: _text(value) for name, value in row.items()}
            found = True
        _check_found(path, lines, found=found)


def _json_object(line: str) -> dict[str, object] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _parquet_rows(source: Source, path: Path, rejects: Rejects) -> Iterator[tuple[int, dict[str, Raw]]]:
    from mast_intake.parquet import (
        parquet_rows,
    )  # only here: pyarrow is 40 MB, and half a second at the start

    def check(names: tuple[str, ...], count: int) -> None:
        _check_columns(source, path, names)
        if not count:
            raise _empty(path)

    for number, row in enumerate(parquet_rows(path, sorted(source.columns), check), 1):
        if isinstance(row, Rule):
            rejects.row(path.name, number, "", row)
        elif any(isinstance(value, dict | list | bytes) for value in row.values()):
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
    if isinstance(value, Decimal):
        # One number has one text, whether the program that wrote it keeps it with places or without.
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
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
