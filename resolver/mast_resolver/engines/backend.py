"""Where Splink's tables lie and its SQL runs: the seam for Spark, when an area outgrows one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from splink import DuckDBAPI


class Backend(Protocol):
    """What bulk linkage needs of a database; :class:`DuckDB` is the only one so far.

    All SQL that :mod:`mast_resolver.engines.bulk` sends is ordinary (joins, groups, windows). Of its own
    a backend has the type of Bloom fields: what it makes of the columns named ``bits`` has to know
    ``bit_count(x & y)``, for that is how levels compare them
    (:func:`mast_resolver.engines.splink.fact_sql`). DuckDB's is BIT; on Spark, which has no such type,
    that function is the one to write anew, over several BIGINT columns say.
    """

    @property
    def api(self) -> Any:
        """Splink's ``DatabaseAPI`` over the same tables."""
        ...

    def append(self, table: str, rows: pa.Table, *, bits: Sequence[str] = ()) -> None:
        """Put rows into a table, which is made if it is not there; ``bits`` are its Bloom fields."""
        ...

    def run(self, sql: str) -> None:
        """Run a statement."""
        ...

    def read(self, sql: str) -> pa.Table:
        """The rows of a query that are known to be few enough for memory."""
        ...


class DuckDB:
    """A DuckDB in memory, and nowhere else: what it holds is not sealed, so nothing may spill to disk."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET temp_directory = ''")
        self._api = DuckDBAPI(connection=self._connection)

    @property
    def api(self) -> DuckDBAPI:
        """Splink's ``DatabaseAPI`` over the same tables."""
        return self._api

    def append(self, table: str, rows: pa.Table, *, bits: Sequence[str] = ()) -> None:
        """Put rows into a table, which is made if it is not there; ``bits`` are its Bloom fields."""
        self._connection.register("page", rows)
        as_bits = ", ".join(f"{name}::BIT AS {name}" for name in bits)
        selected = f"SELECT * {f'REPLACE ({as_bits})' if bits else ''} FROM page"  # noqa: S608 - names are ours
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS {selected} LIMIT 0")
        self._connection.execute(f"INSERT INTO {table} {selected}")
        self._connection.unregister("page")

    def run(self, sql: str) -> None:
        """Run a statement."""
        self._connection.execute(sql)

    def read(self, sql: str) -> pa.Table:
        """The rows of a query that are known to be few enough for memory."""
        return self._connection.sql(sql).to_arrow_table()

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()


@contextmanager
def in_memory() -> Iterator[DuckDB]:
    """A DuckDB that is gone afterwards."""
    database = DuckDB()
    try:
        yield database
    finally:
        database.close()
