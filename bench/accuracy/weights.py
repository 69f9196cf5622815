"""Our two-class part beside Splink's: the same chances and term frequencies, pair by pair."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import Linker, block_on

from mast_resolver.compare import Comparison
from mast_resolver.comparisons import PERSON
from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.splink import columns_of, encoding_table, splink_comparison
from mast_resolver.frequencies import TermFrequencies, term_frequencies
from mast_resolver.model import SAME, UNRELATED, Model, read_model
from mast_resolver.records import Encoding, Kind
from mast_resolver.score import ModelScorer, compiled
from mast_resolver.training_pairs import candidate_pairs

CAP: Final = 60
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over so many pairs, in bits: the greatest difference before rounding, and after it."""

    pairs: int
    before_rounding: float
    after_rounding: float


def weights_agree(encodings: Sequence[Encoding], *, pairs: int) -> Agreement:
    """Weigh pairs with the model that ships, as *same* against *unrelated*, by Splink and by us.

    All candidates, or as many of them as are wanted, and random pairs for the rest. Splink is given the
    chances of the model and shares of values; ours are logarithms of the same, and the whole millibits
    that are used, one rounding a field.
    """
    model = read_model("person")
    frequencies = term_frequencies(model, encodings)
    left, right = _pairs(encodings, pairs)
    levels = compiled(Kind.PERSON).levels(columns_of(Kind.PERSON, encodings), left, right)
    shares = _shares(model, frequencies, encodings)
    theirs = _splink(model, encodings, shares, left, right)
    exact, used = _ours(model, shares, levels, left)
    return Agreement(
        len(left), float(np.abs(exact - theirs).max()), float(np.abs(used / 1000 - theirs).max())
    )


def _pairs(encodings: Sequence[Encoding], pairs: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    left, right = candidate_pairs(encodings, cap=CAP)
    size = len(encodings)
    draw = np.random.default_rng(SEED).integers(0, size, (2, 2 * pairs))
    codes = (draw.min(axis=0) * size + draw.max(axis=0))[draw[0] != draw[1]]
    found = np.concatenate([left * size + right, codes])
    # The first of each, in their order: candidates first.
    kept = found[np.sort(np.unique(found, return_index=True)[1])][:pairs]
    return kept // size, kept % size


def _shares(
    model: Model, frequencies: TermFrequencies, encodings: Sequence[Encoding]
) -> dict[str, NDArray[np.float64]]:
    shares = {}
    for name in model.frequencies:
        average = next(iter(model.comparisons[name].values())).chances[UNRELATED]
        tokens = (encoding.tokens.get(name) for encoding in encodings)
        found = [
            average if each is None else frequencies.share(name, each, average=average) for each in tokens
        ]
        shares[name] = np.array(found)
    return shares


def _ours(
    model: Model, shares: dict[str, NDArray[np.float64]], levels: NDArray[np.int8], left: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Bits before rounding, and millibits as they are used."""
    others = sum(each.chance for each in model.classes)
    exact = np.full(len(levels), np.log2(model.chance_same / (1 - model.chance_same - others)))
    used = np.full(len(levels), model.prior(), np.int64)
    scorer = ModelScorer(model)
    for at, comparison in enumerate(PERSON):
        odds = list(model.comparisons[comparison.name].values())
        bits = np.array([0.0, *(np.log2(each.chances[SAME] / each.chances[UNRELATED]) for each in odds)])
        exact += bits[levels[:, at]]
        used += scorer.level_weights(at)[levels[:, at], 0]
        if comparison.name in shares:
            common = np.log2(odds[0].chances[UNRELATED] / shares[comparison.name][left])
            equal = levels[:, at] == 1
            exact += np.where(equal, common, 0)
            used += np.where(equal, np.rint(1000 * common), 0).astype(np.int64)
    return exact, used


def _splink(
    model: Model,
    encodings: Sequence[Encoding],
    shares: dict[str, NDArray[np.float64]],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Its match weights, in the order of the pairs."""
    table = encoding_table(Kind.PERSON, encodings)
    for name, share in shares.items():
        table = table.append_column(f"tf_{name}", pa.array(share))
    candidates = pa.table({"match_key": ["0"] * len(left), "join_key_l": left, "join_key_r": right})
    with in_memory() as database:
        bits = [name for name in table.column_names if name.endswith("_bits")]
        database.append("records", table, bits=bits)
        database.append("candidates", candidates)
        linker = Linker(database.api.register("records"), _settings(model), log_level=logging.ERROR)
        linker.table_management.register_blocked_pairs_for_predict(database.api.register("candidates"))
        found = linker.inference.predict(warning_mode="never")
        told = database.read(
            f"SELECT unique_id_l AS l, unique_id_r AS r, match_weight FROM {found.physical_name}"  # noqa: S608
        )
    size = len(encodings)
    order = np.argsort(told["l"].to_numpy() * size + told["r"].to_numpy())
    wanted = np.argsort(np.argsort(left * size + right))
    weights: NDArray[np.float64] = told["match_weight"].to_numpy()[order][wanted]
    return weights


def _settings(model: Model) -> dict[str, Any]:
    others = sum(each.chance for each in model.classes)
    return {
        "link_type": "dedupe_only",
        # Of the two classes alone: what is left for relatives is neither.
        "probability_two_random_records_match": model.chance_same / (1 - others),
        "comparisons": [_with_chances(model, each) for each in PERSON],
        "blocking_rules_to_generate_predictions": [block_on("unique_id")],
        "retain_matching_columns": False,
    }


def _with_chances(model: Model, comparison: Comparison) -> dict[str, Any]:
    settings = splink_comparison(comparison)
    for number, level in enumerate(settings["comparison_levels"]):
        if level.get("is_null_level"):
            continue
        chances = model.comparisons[comparison.name][level["label_for_charts"]].chances
        level["m_probability"], level["u_probability"] = chances[SAME], chances[UNRELATED]
        if number == 1 and comparison.name in model.frequencies:
            level["tf_adjustment_column"] = comparison.name
            level["disable_tf_exact_match_detection"] = True
    return settings
