"""A file that was half loaded when something was purged: the same command completes it, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.api.rights.feeds import KEYS, Borough
from tests.graph_contents import rows
from tests.town import NOW

from mast_api.loading import Loaded, load_source
from mast_graph.proofs import Proof
from mast_graph.store import Login
from mast_graph.tombstones import lift_tombstones, read_tombstones
from mast_intake.pseudonymise import Pseudonymiser

SOURCE = """
agency: nhs
agreement: mash-2026
format: csv
fields:
  record_id: no
  given_name: first
  contact_id: call
  contact_type: {constant: ED_ATTENDANCE}
  contact_at: {column: at, format: "%Y-%m-%d"}
"""
WRITTEN = "no,first,call,at\n" + "".join(
    f"{no},Ann{no},{call},2026-05-01\n" for call, no in enumerate((1, 2, 3, 4, 5, 1))
)
LIVING = "MATCH (r:PersonRecord) WHERE EXISTS { (r)-[:ED_ATTENDANCE]->(:Contact) } RETURN r.id AS id"


class KilledError(Exception):
    """Stands for the process dying."""


@pytest.fixture
def load(borough: Borough, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Loaded]:
    """Load the file in batches of two rows, each a transaction; perhaps only the first of them."""
    source, file = tmp_path / "nhs.yaml", tmp_path / "nhs.csv"
    source.write_text(SOURCE)
    file.write_text(WRITTEN)
    cut = Pseudonymiser.batches
    monkeypatch.setattr("mast_graph.load.TOGETHER", 0)

    def two_by_two(dies: bool, self: Pseudonymiser, *of_source: Any) -> Iterator[Any]:
        for number, batch in enumerate(cut(self, *of_source, size=2), start=1):
            if dies and number == 3:
                raise KilledError
            yield batch
        if dies:
            raise KilledError  # the last one that was drawn waits for another, and is not stored

    def loaded(*, dies: bool = False) -> Loaded:
        with monkeypatch.context() as patched:
            patched.setattr(Pseudonymiser, "batches", lambda *given: partial(two_by_two, dies)(*given))
            return load_source(
                borough.store, borough.lease, KEYS, source, [file], rejects_folder=tmp_path / "rejects"
            )

    return loaded


def batches_stored(server: Login) -> list[int]:
    return [row["batches"] for row in rows(server, "MATCH (l:Load) RETURN l.batches AS batches")]


@pytest.fixture
def half(borough: Borough, load: Callable[..., Loaded], neo4j_server: Login) -> Borough:
    with pytest.raises(KilledError):
        load(dies=True)
    assert batches_stored(neo4j_server) == [1]
    return borough


def living(server: Login) -> set[str]:
    return {row["id"] for row in rows(server, LIVING)}


@pytest.mark.parametrize(
    ("stay_out", "left"),
    [
        pytest.param(True, "2345", id="erased: the batches are cut elsewhere"),
        pytest.param(False, "12345", id="past its retention: a later batch names it"),
    ],
)
def test_a_half_loaded_file_is_completed_whole_after_a_purge(
    half: Borough, load: Callable[..., Loaded], neo4j_server: Login, stay_out: bool, left: str
) -> None:
    with half.purging() as purging:
        purging.records([half.record("nhs", "1")], [], stay_out=stay_out)
    load()
    assert living(neo4j_server) == {half.record("nhs", no) for no in left}
    assert load().unchanged


def test_so_it_is_after_one_may_come_in_again(
    borough: Borough, load: Callable[..., Loaded], neo4j_server: Login
) -> None:
    with borough.purging() as purging:
        purging.records([borough.record("nhs", "1")], [], stay_out=True)
    stones = sorted(read_tombstones(borough.store))
    assert stones
    with pytest.raises(KilledError):
        load(dies=True)
    assert batches_stored(neo4j_server) == [1]
    lift_tombstones(
        borough.lease, stones, by="officer-7", at=NOW, prove=lambda _: Proof("X-1", {"event": "lifted"})
    )
    load()
    assert living(neo4j_server) == {borough.record("nhs", no) for no in "12345"}
