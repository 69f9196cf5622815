"""Homes over recorded time: what was once on record stays on record, whatever is said later."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOON, home

from mast_graph.moments import from_text, to_text
from mast_graph.stays import stay_changes
from mast_resolver.records import FOREVER, RecordId, Residence
from mast_resolver.residence import timeline


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


class Ledger:
    """Edges of one record as the write queries leave them."""

    def __init__(self) -> None:
        self.edges: list[dict[str, Any]] = []
        self._numbers = count()

    def load(self, said: list[Residence], at: dt.datetime) -> None:
        stored = [{**edge, "believed": edge["recorded_to"] == FOREVER} for edge in self.edges]
        changes = stay_changes(stored, said, at=at)
        by_id = {edge["edge"]: edge for edge in self.edges}
        for edge in changes.close:
            by_id[edge]["recorded_to"] = at
        for row in changes.confirm:
            by_id[str(row["edge"])]["seen_at"] = row["seen_at"]
        for row in changes.put:
            until = from_text(str(row["recorded_to"]))
            new = {"edge": str(next(self._numbers)), "recorded_from": at, "recorded_to": until}
            self.edges.append({**row, **new})

    def known(self, at: dt.datetime) -> list[tuple[object, ...]]:
        """The intervals on record at a moment."""
        return sorted(
            (edge["address"], edge["valid_from"], edge["valid_to"], edge["inferred"])
            for edge in self.edges
            if edge["recorded_from"] <= at < edge["recorded_to"]
        )


HOMES = st.builds(
    lambda where, start, later, length, inferred: home(
        "ann",
        where,
        day(start),
        seen=day(start + later),
        end=day(start + length) if length else FOREVER,
        inferred=inferred,
    ),
    st.integers(0, 2),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 4),
    st.booleans(),
)
LOADS = st.lists(st.lists(HOMES, min_size=1, max_size=3), min_size=1, max_size=6)


def identity(said: Residence) -> tuple[object, ...]:
    return (said.address, to_text(said.valid_from), to_text(said.valid_to), said.inferred)


@given(LOADS)
def test_what_was_on_record_at_a_moment_still_is_for_that_moment(loads: list[list[Residence]]) -> None:
    ledger = Ledger()
    answers = []
    for number, said in enumerate(loads):
        ledger.load(said, day(100 + number))
        answers.append(ledger.known(day(100 + number)))
    assert [ledger.known(day(100 + number)) for number in range(len(loads))] == answers


@given(LOADS)
def test_what_is_on_record_now_is_what_all_statements_together_say(loads: list[list[Residence]]) -> None:
    ledger = Ledger()
    for number, said in enumerate(loads):
        ledger.load(said, day(100 + number))
    believed = timeline(each for said in loads for each in said).believed
    assert ledger.known(day(200)) == sorted(identity(each) for each in believed)


@given(HOMES, st.integers(1, 4))
def test_closing_a_stay_and_adding_it_again_loses_neither(said: Residence, length: int) -> None:
    person, address = said.person, said.address
    start = said.valid_from
    added, closed, again = (
        Residence(RecordId(person), RecordId(address), start, day(seen), end)
        for seen, end in ((20, FOREVER), (30, start + dt.timedelta(days=length)), (40, FOREVER))
    )
    ledger = Ledger()
    for number, each in enumerate((added, closed, again)):
        ledger.load([each], day(100 + number))
    for number, each in enumerate((added, closed, again)):
        assert ledger.known(day(100 + number)) == [identity(each)]


@given(LOADS)
def test_every_stated_start_at_an_address_stays_on_some_edge(loads: list[list[Residence]]) -> None:
    ledger = Ledger()
    for number, said in enumerate(loads):
        ledger.load(said, day(100 + number))
    kept = {(edge["address"], edge["valid_from"]) for edge in ledger.edges if not edge["inferred"]}
    stated = {
        (each.address, to_text(each.valid_from))
        for said in loads
        for each in said
        if not each.inferred and each.valid_from < each.valid_to
    }
    assert kept == stated
