"""Bulk linkage with Splink: candidate pairs and agreement levels of all records at once, for first loads.

Splink finds the levels of the pairs that our blocking keys bring together and weighs them against
*unrelated* with the frozen model. That weight is at least ours, for what speaks for a relative only takes
away from it; so pairs below the edge threshold stay in the database. Of the others the levels come back,
and the scorer turns them into millibits as it does its own: one law, one place (ADR 0012).
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import Linker, block_on

from mast_resolver.blocking import ONE_PERSON, SECOND
from mast_resolver.compare import Comparison
from mast_resolver.comparisons import COMPARISONS
from mast_resolver.engines.backend import Backend
from mast_resolver.engines.splink import encoding_table, splink_comparison
from mast_resolver.model import SAME, Model
from mast_resolver.ports import Edge
from mast_resolver.records import Encoding, MatchWeight, RecordId
from mast_resolver.reporting import decision_of
from mast_resolver.score import ModelScorer

PAGE: Final = 5_000
"""Records that are put into the database together."""

PAIRS_AT_ONCE: Final = 250_000
"""At most about so many candidates are compared together. Splink gives no levels without the columns they
were found from, so each pair that weighs enough takes some three kilobytes while its piece is compared."""

_LARGEST_CHANCE: Final = 0.5
_NEVER: Final = {
    "sql_condition": "1 = 0",
    "label_for_charts": "never",
    "m_probability": _LARGEST_CHANCE,
    "u_probability": _LARGEST_CHANCE,
}
_HAIR: Final = 1e-6
"""Bits by which Splink's floating point may fall short of a sum of whole millibits."""


class BulkLinker:
    """All evidence among the records put into it.

    Example:
        >>> from mast_resolver.engines.backend import in_memory
        >>> from mast_resolver.model import read_model
        >>> from mast_resolver.records import BlockingKey, Kind, Token
        >>> number = Token(b"00000001")
        >>> place = Encoding(Kind.ADDRESS, {"uprn": number}, {}, (BlockingKey("uprn", number),))
        >>> with in_memory() as database:
        ...     linker = BulkLinker(ModelScorer(read_model("address")), database, cap=60)
        ...     linker.put(RecordId("r1"), place), linker.put(RecordId("r2"), place)
        ...     [(edge.left, edge.right) for edge in linker.evidence()]
        (None, None)
        [('r1', 'r2')]
    """

    def __init__(
        self, scorer: ModelScorer, backend: Backend, *, cap: int, pairs_at_once: int = PAIRS_AT_ONCE
    ) -> None:
        self._scorer, self._backend = scorer, backend
        self._cap, self._pairs_at_once = cap, pairs_at_once
        self._comparisons = COMPARISONS[scorer.model.kind]
        self._ids: list[RecordId] = []
        self._page: list[Encoding] = []
        self._rules: dict[str, int] = {}
        self._adjusted: list[NDArray[np.int64]] = []
        self._sources: list[int] = []
        self.compared = 0
        """Candidate pairs compared so far."""

    def put(self, record: RecordId, encoding: Encoding) -> None:
        """One of the records, each once; all of them before :meth:`evidence`."""
        self._ids.append(record)
        self._sources.append(self._scorer.sources.number(encoding.source))
        self._page.append(encoding)
        if len(self._page) == PAGE:
            self._flush()

    def evidence(self) -> Iterator[Edge]:
        """Every pair that is worth comparing and weighs enough, once; in pieces of bounded size."""
        self._flush()
        if not self._ids:
            return
        self._block()
        linker = self._linker()
        for first, end in self._ranges():
            yield from self._weighed(linker, first, end)

    def disregard(self, name: str, records: Iterable[RecordId]) -> None:
        """The token of that name counts as missing in these records, and the key of the rule of that name
        brings nobody together: the resolver does not trust it."""
        self._flush()
        at = {record: row for row, record in enumerate(self._ids)}
        rows = sorted(at[record] for record in records)
        if rows:
            listed = ", ".join(map(str, rows))
            self._backend.run(f"UPDATE records SET {name} = NULL WHERE unique_id IN ({listed})")  # noqa: S608 - our own numbers
            self._backend.run(
                f"DELETE FROM blocking_keys WHERE rule = {self._rules.get(name, -1)} "  # noqa: S608 - our own numbers
                f'AND "row" IN ({listed})'
            )

    def pass_over(self, records: Iterable[RecordId]) -> None:
        """No key of these records brings anybody together: they say what others say."""
        self._flush()
        at = {record: row for row, record in enumerate(self._ids)}
        rows = sorted(at[record] for record in records)
        if rows:
            self._backend.append("passed_over", pa.table({"row": pa.array(rows, pa.int64())}))
            self._backend.run('DELETE FROM blocking_keys WHERE "row" IN (SELECT "row" FROM passed_over)')
            self._backend.run("DROP TABLE passed_over")

    def _flush(self) -> None:
        page, self._page = self._page, []
        if not page:
            return
        first = len(self._ids) - len(page)
        table = encoding_table(self._scorer.model.kind, page, first=first)
        bits = [name for name in table.column_names if name.endswith("_bits")]
        adjusted = np.array([self._scorer.adjustments(encoding) for encoding in page], np.int64)
        self._adjusted.append(adjusted)
        for name, column in zip(self._scorer.model.frequencies, adjusted.T, strict=True):
            table = table.append_column(f"tf_{name}", pa.array(_share(self._scorer.model, name, column)))
        self._backend.append("records", table, bits=bits)
        keys = [
            (row, self._rules.setdefault(key.rule, len(self._rules)), int.from_bytes(key.token, "big"))
            for row, encoding in enumerate(page, start=first)
            for key in set(encoding.keys)
        ]
        rows, rules, tokens = zip(*keys, strict=True) if keys else ((), (), ())
        columns = {
            "row": pa.array(rows, pa.int64()),
            "rule": pa.array(rules, pa.int16()),
            "token": pa.array(tokens, pa.uint64()),
        }
        self._backend.append("blocking_keys", pa.table(columns))

    def _block(self) -> None:
        """Number the keys that bring records together; a generic one, over the cap, brings none, but a
        number that only one person has brings its hubs together with everybody."""
        one_person, second = (
            ", ".join(str(self._rules[name]) for name in names & self._rules.keys()) or "-1"
            for names in (ONE_PERSON, SECOND)
        )
        self._backend.run(
            "CREATE TABLE blocks AS SELECT rule, token, count(*) AS size, row_number() OVER () AS block "  # noqa: S608 - our own numbers
            "FROM blocking_keys GROUP BY rule, token "
            f"HAVING count(*) >= 2 AND (count(*) <= {self._cap} OR rule IN ({one_person}))"
        )
        self._backend.run(
            f'CREATE TABLE keyed AS SELECT "row", block, size, blocks.rule IN ({second}) AS second '  # noqa: S608 - our own
            "FROM blocking_keys JOIN blocks "
            "ON blocking_keys.rule = blocks.rule AND blocking_keys.token = blocks.token"
        )
        for name, which in (("blocked", "<="), ("numbered", ">")):
            self._backend.run(f"CREATE TABLE {name} AS SELECT * FROM keyed WHERE size {which} {self._cap}")  # noqa: S608 - our own
        self._backend.run("DROP TABLE keyed")
        self._find_hubs()
        self._backend.run("DROP TABLE blocking_keys")
        self._backend.run("DROP TABLE blocks")

    def _find_hubs(self) -> None:
        """Of each number over the cap, the records with the smallest ids."""
        blocks: dict[int, list[int]] = {}
        found = self._backend.read('SELECT "row", block FROM numbered')
        for row, block in zip(found["row"].to_pylist(), found["block"].to_pylist(), strict=True):
            blocks.setdefault(block, []).append(row)
        hubs = [
            (row, block)
            for block, rows in blocks.items()
            for row in heapq.nsmallest(self._cap, rows, key=self._ids.__getitem__)
        ]
        self._backend.append(
            "hubs",
            pa.table(
                {
                    "row": pa.array([row for row, _ in hubs], pa.int64()),
                    "block": pa.array([block for _, block in hubs], pa.int64()),
                }
            ),
        )

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Spans of left rows, each with about as many candidates as are compared together."""
        found = self._backend.read(
            'SELECT "row", sum(most) AS most FROM (SELECT "row", size - 1 AS most FROM blocked UNION ALL '  # noqa: S608 - our own number
            f'SELECT "row", {self._cap} AS most FROM numbered UNION ALL '
            'SELECT hubs."row", numbered.size AS most FROM hubs JOIN numbered ON hubs.block = numbered.block '
            'AND hubs."row" = numbered."row") GROUP BY "row" ORDER BY "row"'
        )
        first, waiting = 0, 0
        for row, most in zip(found["row"].to_pylist(), found["most"].to_pylist(), strict=True):
            if waiting and waiting + most > self._pairs_at_once:
                yield first, row
                first, waiting = row, 0
            waiting += int(most)
        if waiting:
            yield first, len(self._ids)

    def _weighed(self, linker: Linker, first: int, end: int) -> Iterator[Edge]:
        # A name of its own: Splink takes a statement it has seen for one it has the answer to.
        name = f"candidates_from_{first}"
        self._backend.run(
            f"CREATE TABLE {name} AS SELECT '0' AS match_key, join_key_l, join_key_r FROM ("  # noqa: S608 - our own numbers
            'SELECT ours."row" AS join_key_l, theirs."row" AS join_key_r, ours.second FROM blocked ours '
            'JOIN blocked theirs ON ours.block = theirs.block AND ours."row" < theirs."row" UNION ALL '
            'SELECT least(hubs."row", numbered."row"), greatest(hubs."row", numbered."row"), FALSE FROM hubs '
            'JOIN numbered ON hubs.block = numbered.block AND hubs."row" <> numbered."row"'
            f") WHERE join_key_l >= {first} AND join_key_l < {end} "
            "GROUP BY join_key_l, join_key_r HAVING count(*) > 1 OR NOT bool_or(second)"
        )
        candidates = self._backend.api.register(name)
        self.compared += self._backend.read(f"SELECT count(*) AS pairs FROM {name}")["pairs"][0].as_py()  # noqa: S608
        linker.table_management.register_blocked_pairs_for_predict(candidates)
        # Splink does not know what it is worth whose records they are.
        least = (self._scorer.edge_at - max(0, int(self._scorer.sources.same.max()))) / 1000 - _HAIR
        predicted = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        levels = ", ".join(f"gamma_{each.name}" for each in self._comparisons)
        found = self._backend.read(
            f"SELECT unique_id_l, unique_id_r, {levels} FROM {predicted.physical_name}"  # noqa: S608 - our own names
        )
        predicted.drop_table_from_database_and_remove_from_cache()
        self._backend.run(f"DROP TABLE {name}")
        yield from self._edges(found)

    def _edges(self, found: pa.Table) -> Iterator[Edge]:
        left, right = (found[f"unique_id_{side}"].to_numpy() for side in "lr")
        if not len(left):
            return
        levels = np.stack([_levels(found, each) for each in self._comparisons], axis=1)
        sources = np.array(self._sources, np.intp)
        same = self._scorer.sources.same[sources[left], sources[right]]
        weights = self._scorer.weights_of(levels, np.concatenate(self._adjusted)[left], same)
        kept = weights >= self._scorer.edge_at
        for one, other, weight in zip(
            left[kept].tolist(), right[kept].tolist(), weights[kept].tolist(), strict=True
        ):
            smaller, larger = sorted((self._ids[one], self._ids[other]))
            yield Edge(smaller, larger, MatchWeight(weight), decision_of(weight, self._scorer))

    def _linker(self) -> Linker:
        model = self._scorer.model
        odds = 2.0 ** (model.prior() / 1000)
        settings = {
            "link_type": "dedupe_only",
            "probability_two_random_records_match": odds / (1 + odds),
            "comparisons": [_weighted(model, each) for each in self._comparisons],
            "blocking_rules_to_generate_predictions": [block_on("unique_id")],  # ours are registered
            "retain_matching_columns": True,  # the levels are among them
            "retain_intermediate_calculation_columns": False,
        }
        return Linker(self._backend.api.register("records"), settings, log_level=logging.ERROR)


def _weighted(model: Model, comparison: Comparison) -> dict[str, Any]:
    """The comparison with chances whose logarithms are our millibits, and the commonness of values."""
    settings = splink_comparison(comparison)
    numbers = count()
    for level in settings["comparison_levels"]:
        if level.get("is_null_level"):
            continue
        number = next(numbers)
        millibits = model.comparisons[comparison.name][level["label_for_charts"]].millibits(SAME)
        level["m_probability"], level["u_probability"] = _chances(millibits)
        if number == 0 and comparison.name in model.frequencies:
            level["tf_adjustment_column"] = comparison.name
            level["disable_tf_exact_match_detection"] = True
    if len(comparison.all_levels) == 1:
        settings["comparison_levels"].insert(1, dict(_NEVER))  # Splink divides by the levels beyond one
    return settings


def _chances(millibits: int) -> tuple[float, float]:
    """Two chances whose ratio weighs just so much."""
    unrelated = _LARGEST_CHANCE * 2.0 ** (-max(millibits, 0) / 1000)
    return unrelated * 2.0 ** (millibits / 1000), unrelated


def _share(model: Model, name: str, adjusted: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of a value that Splink has to be told for it to add just those millibits."""
    exact = next(iter(model.comparisons[name].values()))
    _, unrelated = _chances(exact.millibits(SAME))
    shares: NDArray[np.float64] = unrelated * 2.0 ** (-adjusted / 1000)
    return shares


def _levels(found: pa.Table, comparison: Comparison) -> NDArray[np.int64]:
    """Our numbers of levels: Splink counts down to 0 from the best, and calls a missing field -1."""
    gamma = found[f"gamma_{comparison.name}"].to_numpy().astype(np.int64)
    levels: NDArray[np.int64] = np.where(gamma < 0, 0, len(comparison.all_levels) - gamma)
    return levels
