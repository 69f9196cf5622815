"""Two-class training with Splink 5 on DuckDB over keyed encodings: the one door to both.

Splink sees tokens as integers and Bloom fields as bit strings, nothing else. The SQL of each level is
made from the same declarations that :mod:`mast_resolver.compare` compiles for numpy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker, block_on
from splink.internals.exceptions import EMTrainingException

from mast_resolver.classes import Chances
from mast_resolver.columns import Columns
from mast_resolver.compare import Comparison, Fact, Test
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.errors import UsageError
from mast_resolver.model import SAME, UNRELATED
from mast_resolver.records import Encoding, Kind

UNSEEN: Final[Mapping[str, float]] = {SAME: 1e-3, UNRELATED: 1e-3}
"""What stands for a level that no training pair reached: it says nothing either way."""

FEWEST_RECORDS: Final = 200
"""Of fewer there are too few pairs of one person for any field."""

_RECALL: Final = 0.7
"""Share of true pairs that the two deterministic rules below are taken to find."""


def fact_sql(fact: Fact) -> str:
    """One fact as SQL over the columns of a left and a right record.

    Example:
        >>> fact_sql(Fact(Test.SAME, "sex"))
        'sex_l = sex_r'
    """
    name, other = fact.name, fact.other
    return {
        Test.SAME: f"{name}_l = {name}_r",
        Test.CROSSED: f"({name}_l = {other}_r AND {other}_l = {name}_r)",
        Test.BOTH: f"({name}_l IS NOT NULL AND {name}_r IS NOT NULL)",
        Test.NEITHER: f"({name}_l IS NULL AND {name}_r IS NULL)",
        Test.ABSENT: f"({name}_l IS NULL OR {name}_r IS NULL)",
        Test.MET: f"({name}_l = {other}_r OR {other}_l = {name}_r)",
        # Whole numbers, as in numpy, so that a pair exactly on the percentage is on the same side.
        Test.ALIKE: _dice_sql(name, name, fact.percent),
        Test.ALIKE_CROSSED: (
            f"({_dice_sql(name, other, fact.percent)} AND {_dice_sql(other, name, fact.percent)})"
        ),
        Test.WITHIN: (
            f"(100 * bit_count({name}_bits_l & {name}_bits_r) >= "
            f"{fact.percent} * least(bit_count({name}_bits_l), bit_count({name}_bits_r)))"
        ),
    }[fact.test]


def _dice_sql(left: str, right: str, percent: int) -> str:
    return (
        f"(200 * bit_count({left}_bits_l & {right}_bits_r) >= "
        f"{percent} * (bit_count({left}_bits_l) + bit_count({right}_bits_r)))"
    )


def splink_comparison(comparison: Comparison) -> dict[str, Any]:
    """A comparison as Splink's settings have it: the null level, ours in order, ELSE."""
    conditions = [_any_line(level.lines) for level in comparison.levels]
    nothing = _any_line(comparison.missing)
    if comparison.otherwise is None:
        nothing = f"({nothing}) OR NOT coalesce({' OR '.join(conditions)}, false)"
        conditions[-1] = "ELSE"
    else:
        conditions.append("ELSE")
    levels: list[dict[str, Any]] = [
        {"sql_condition": nothing, "label_for_charts": "missing", "is_null_level": True}
    ]
    levels += [
        {"sql_condition": condition, "label_for_charts": level.name}
        for condition, level in zip(conditions, comparison.all_levels, strict=True)
    ]
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _any_line(lines: Iterable[Iterable[Fact]]) -> str:
    return " OR ".join(f"({' AND '.join(map(fact_sql, line))})" for line in lines) or "false"


def columns_of(kind: Kind, encodings: Sequence[Encoding]) -> Columns:
    """Encodings as columns, in their order."""
    columns = Columns(kind, rows=len(encodings))
    for row, encoding in enumerate(encodings):
        columns.put(row, encoding)
    return columns


def encoding_table(kind: Kind, encodings: Sequence[Encoding], *, first: int = 0) -> pa.Table:
    """Encodings as a table: a token a column as an integer, a Bloom field as bytes, null where missing.

    Their ids are whole numbers from ``first`` on.
    """
    columns = columns_of(kind, encodings)
    table: dict[str, pa.Array] = {"unique_id": pa.array(np.arange(first, first + len(encodings)))}
    for name, at in columns.token_at.items():
        tokens: NDArray[np.uint64] = np.ascontiguousarray(columns.tokens[: len(encodings), at])
        table[name] = pa.array(tokens, mask=tokens == 0)
    for name in columns.bloom_at:
        table[f"{name}_bits"] = pa.array([each.blooms.get(name) for each in encodings], pa.binary())
    return pa.table(table)


@contextmanager
def connected(kind: Kind, encodings: Sequence[Encoding]) -> Any:
    """A DuckDB in memory that holds the encodings as table ``records``."""
    connection = duckdb.connect()
    connection.execute("SET temp_directory = ''")  # encodings are not sealed here: none goes to a disk
    try:
        connection.register("encodings", encoding_table(kind, encodings))
        bits = ", ".join(f"{name}_bits::BIT AS {name}_bits" for name in Columns(kind).bloom_at)
        connection.execute(f"CREATE TABLE records AS SELECT * REPLACE ({bits}) FROM encodings")  # noqa: S608 - names are ours
        yield connection
    finally:
        connection.close()


def linker(connection: duckdb.DuckDBPyConnection, settings: Mapping[str, Any]) -> Linker:
    """Splink over the table ``records`` of a connection."""
    records = DuckDBAPI(connection=connection).register("records")
    return Linker(records, dict(settings), log_level=logging.ERROR)


def settings(kind: Kind) -> dict[str, Any]:
    """Untrained Splink settings of one kind of record."""
    return {
        "link_type": "dedupe_only",
        "comparisons": [splink_comparison(each) for each in COMPARISONS[kind]],
        "blocking_rules_to_generate_predictions": [block_on(*columns) for columns in _BLOCKS],
    }


_BLOCKS: Final = (("given_name", "family_name"), ("date_of_birth",))
"""Splink learns nothing about a comparison that looks at a blocking column: dates of birth are learnt
among equal names, and names among equal dates of birth."""


def train_two_classes(encodings: Sequence[Encoding], *, seed: int, pairs: int) -> Chances:
    """Learn how often each level is reached by the same person's records and by unrelated ones.

    Unsupervised. It knows of two kinds of pair only, so families leak into *same*; what comes out is
    where :func:`mast_resolver.classes.separate` starts from.

    Raises:
        UsageError: the records are too few, or hardly anybody is in two of them.
    """
    if len(encodings) < FEWEST_RECORDS:
        raise UsageError(
            f"{len(encodings):,} person records are too few to learn a model from",
            fix=f"load and resolve at least {FEWEST_RECORDS:,} first; the model that ships needs none",
        )
    with connected(Kind.PERSON, encodings) as connection:
        try:
            trained = train_linker(connection, seed=seed, pairs=pairs)
        except EMTrainingException:
            # Its words are about SQL; what is wrong is the records.
            raise UsageError(
                "hardly any two records agree on both names or on the date of birth",
                fix="load feeds that have people in common; the model that ships needs none",
            ) from None
        return chances(trained.misc.save_model_to_json())


def train_linker(connection: duckdb.DuckDBPyConnection, *, seed: int, pairs: int) -> Linker:
    """Splink over the table ``records``, trained: ``pairs`` random ones for chance agreement, then EM."""
    trained = linker(connection, settings(Kind.PERSON))
    training = trained.training
    training.estimate_probability_two_random_records_match(
        [block_on("given_name", "date_of_birth"), block_on("nhs_number"), block_on("national_id")],
        recall=_RECALL,
    )
    training.estimate_u_using_random_sampling(
        max_pairs=pairs, seed=seed, min_count_per_level=None, num_chunks=1
    )
    for columns in _BLOCKS:
        training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    return trained


def chances(saved: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, float]]]:
    """The probabilities in a model that Splink saved; a level it could not train gets :data:`UNSEEN`.

    Splink leaves such levels out or names them in words; taken as they are, they would come back with
    arbitrary defaults.
    """
    found: dict[str, dict[str, Mapping[str, float]]] = {}
    for comparison in saved["comparisons"]:
        levels = found.setdefault(str(comparison["output_column_name"]), {})
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                both = {SAME: level.get("m_probability"), UNRELATED: level.get("u_probability")}
                trained = all(isinstance(each, float) and 0 < each < 1 for each in both.values())
                levels[str(level["label_for_charts"])] = both if trained else UNSEEN
    return found
