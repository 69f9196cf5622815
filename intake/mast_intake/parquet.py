"""Rows of Parquet files as Python's values; imported only where one is read, for what it needs is large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from mast_intake.rejects import Rule
from mast_resolver.errors import UnreadableFileError

Row = dict[str, object] | Rule

_BATCH_ROWS: Final = 1_000


def parquet_rows(
    path: Path, columns: Sequence[str], check: Callable[[tuple[str, ...], int], None]
) -> Iterator[Row]:
    """The rows of a file, in bounded memory; a rule in place of one with a value that is none of Python's.

    ``check`` is called with the names of all columns and the number of rows before any is read.

    Raises:
        UnreadableFileError: it is no such file, or a damaged one.
    """
    try:
        return (yield from _rows(path, columns, check))
    except pa.ArrowException:
        pass
    # Outside the handler: an error raised within would carry the other one, which quotes the data.
    raise UnreadableFileError(f"{path.name} is not a Parquet file that can be read", fix="write it anew")


def _rows(path: Path, columns: Sequence[str], check: Callable[[tuple[str, ...], int], None]) -> Iterator[Row]:
    with pq.ParquetFile(path) as file:
        check(tuple(file.schema_arrow.names), file.metadata.num_rows)
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=list(columns)):
            yield from _rows_of(batch)


def _rows_of(batch: pa.RecordBatch) -> list[Row]:
    """Its rows, and a rule in place of one with a value that is none; where there is no other the fault."""
    try:
        return list(batch.to_pylist())
    except (ArithmeticError, LookupError, ValueError):
        rows = [_row_of(batch.slice(at, 1)) for at in range(batch.num_rows)]
        if all(isinstance(row, Rule) for row in rows):
            raise
        return rows


def _row_of(one: pa.RecordBatch) -> Row:
    try:
        return dict(one.to_pylist()[0])
    except UnicodeError:
        return Rule.NOT_TEXT
    except (ArithmeticError, LookupError, ValueError):
        return Rule.DATE_UNREADABLE
