"""Splink 5 by itself on the same persons in clear text: its ready-made comparisons and two classes."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, block_on
from splink import comparison_library as library

from bench.accuracy.areas import Area
from bench.accuracy.ours import Scores, scores
from mast_intake.persons import PersonText

THRESHOLD: Final = 0.95
_BLOCKS: Final = (
    ("given", "family"),
    ("given", "birth"),
    ("family", "birth"),
    ("birth", "postcode"),
    ("family", "postcode"),
    ("given", "postcode"),
    ("given", "address"),
    ("family", "address"),
    ("nhs",),
    ("national",),
    ("email",),
)
_WIDE_BLOCKS: Final = (
    ("given",),
    ("family",),
    ("birth",),
    ("postcode",),
    ("address",),
    ("nhs",),
    ("national",),
    ("email",),
)
_SMALL: Final = 13_000
"""Records up to which one equal field is enough to compare two: a misspelt record has often no two."""
_TRAINING: Final = (("birth",), ("given", "family"))


def splink_alone(area: Area) -> Scores:
    """Cluster the area with Splink, by connected components at its usual threshold."""
    columns = _columns(area)
    there = [name for name, values in columns.items() if any(values)]
    table = {name: [value or None for value in columns[name]] for name in there}
    table |= {"unique_id": list(range(len(area.persons))), "source_dataset": list(area.agencies)}
    started = time.process_time()
    found = _clusters(pa.table(table), there)
    seconds = time.process_time() - started
    return scores([found[at] for at in range(len(area.persons))], area.truth, seconds=seconds)


def _columns(area: Area) -> dict[str, list[str]]:
    rows = [_row(person) for person in area.persons]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _row(person: PersonText) -> dict[str, str]:
    name, home = person.name, person.home
    return {
        "given": name.given,
        "middle": name.middle,
        "family": name.family,
        "birth": person.birth if len(person.birth) == 10 else "",
        "sex": person.sex,
        "postcode": home.full_postcode if home else "",
        "address": home.words if home else "",
        "nhs": person.nhs_number,
        "national": person.national_id,
        "phone": person.phone,
        "email": person.email,
    }


def _comparisons(there: Sequence[str]) -> list[Any]:
    made = {
        "given": library.NameComparison("given").configure(term_frequency_adjustments=True),
        "middle": library.JaroWinklerAtThresholds("middle"),
        "family": library.NameComparison("family").configure(term_frequency_adjustments=True),
        "birth": library.DamerauLevenshteinAtThresholds("birth", [1, 2]),
        "sex": library.ExactMatch("sex"),
        "postcode": library.PostcodeComparison("postcode"),
        "address": library.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        "nhs": library.ExactMatch("nhs"),
        "national": library.DamerauLevenshteinAtThresholds("national", [1, 2]),
        "phone": library.ExactMatch("phone"),
        "email": library.ExactMatch("email"),
    }
    return [comparison for name, comparison in made.items() if name in there]


def _clusters(records: pa.Table, there: Sequence[str]) -> dict[int, object]:
    connection = duckdb.connect()
    try:
        api = DuckDBAPI(connection=connection)
        connection.register("people", records)
        rules = _WIDE_BLOCKS if len(records) <= _SMALL else _BLOCKS
        blocks = [columns for columns in rules if set(columns) <= set(there)]
        settings = {
            "link_type": "dedupe_only",
            "comparisons": _comparisons(there),
            "blocking_rules_to_generate_predictions": [block_on(*columns) for columns in blocks],
        }
        linker = Linker(api.register("people"), settings, log_level=logging.ERROR)
        certain = [block_on("given", "family", "birth"), *([block_on("nhs")] if "nhs" in there else [])]
        linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
        for columns in _TRAINING:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
        pairs = linker.inference.predict(threshold_match_probability=0.01)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=THRESHOLD
        )
        return {row["unique_id"]: row["cluster_id"] for row in clusters.as_record_list()}
    finally:
        connection.close()
