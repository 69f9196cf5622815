"""Homes over recorded time: what was once on record stays on record, whatever is said later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import FEED, NOON, home

from mast_graph.moments import from_text, to_text
from mast_graph.stays import StayChanges, Unsaid, stay_changes, unsaid_changes
from mast_resolver.lapses import fingerprint, returned
from mast_resolver.records import FOREVER, Move, RecordId, Residence
from mast_resolver.residence import stated_as, timeline


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


class Ledger:
    """Edges of one record as the write queries leave them."""

    def __init__(self) -> None:
        self.edges: list[dict[str, Any]] = []
        self._numbers = count()

    def load(self, said: Sequence[Residence], at: dt.datetime, *, moves: Sequence[Move] = ()) -> StayChanges:
        changes = stay_changes(self._stored(at), said, at=at, moves=moves)
        self._write(changes, at)
        return changes

    def snapshot(self, said: Sequence[Residence], begun: dt.datetime, *, feed: str = FEED) -> None:
        """All that a feed says: what it does not state any more has ended."""
        self.load(said, begun)
        left = Unsaid(feed, frozenset(map(fingerprint, said)))
        at = begun + dt.timedelta(seconds=1)
        self._write(unsaid_changes(self._stored(begun), left, at=begun), at)

    def believed(self) -> list[Residence]:
        """What holds now."""
        return [as_residence(edge) for edge in self.edges if edge["recorded_to"] == FOREVER]

    def said(self) -> list[Residence]:
        """What holds now, and what was corrected: it may yet have a say."""
        return [as_residence(edge) for edge in self.edges if not edge["withdrawn"]]

    def _stored(self, since: dt.datetime) -> list[dict[str, Any]]:
        return [
            {
                **edge,
                "believed": edge["recorded_to"] == FOREVER,
                "lapsed": bool(edge["lapsed"]),
                "fresh": edge["recorded_from"] >= since,
            }
            for edge in self.edges
            if not edge["withdrawn"]
        ]

    def _write(self, changes: StayChanges, at: dt.datetime) -> None:
        by_id = {edge["edge"]: edge for edge in self.edges}
        assert all(by_id[row["edge"]]["person"] == row["record"] for row in (*changes.close, *changes.drop))
        for row in changes.close:
            by_id[row["edge"]]["recorded_to"] = at
        for row in changes.drop:
            by_id[row["edge"]]["withdrawn"] = True
            by_id[row["edge"]]["recorded_to"] = min(by_id[row["edge"]]["recorded_to"], at)
        for said in changes.confirm:
            by_id[str(said["edge"])].update(seen_at=said["seen_at"], feed=said["feed"])
        for put in changes.put:
            until = from_text(str(put["recorded_to"]))
            new = {
                "edge": str(next(self._numbers)),
                "recorded_from": at,
                "recorded_to": until,
                "withdrawn": False,
            }
            self.edges.append({**put, **new})

    def known(self, at: dt.datetime) -> list[tuple[object, ...]]:
        """The intervals on record at a moment."""
        return sorted(
            (edge["address"], edge["valid_from"], edge["valid_to"], edge["inferred"])
            for edge in self.edges
            if edge["recorded_from"] <= at < edge["recorded_to"]
        )


def as_residence(edge: dict[str, Any]) -> Residence:
    return Residence(
        RecordId(edge["person"]),
        RecordId(edge["address"]),
        from_text(edge["valid_from"]),
        from_text(edge["seen_at"]),
        from_text(edge["valid_to"]),
        inferred=edge["inferred"],
        feed=edge["feed"],
        lapsed=bool(edge["lapsed"]),
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


class Way(StrEnum):
    """How a feed says something."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"
    APPEND = "append"


FILES = st.lists(
    st.tuples(st.sampled_from(Way), st.lists(HOMES, max_size=3), st.sampled_from((FEED, "other/feed"))),
    min_size=1,
    max_size=6,
)
Files = list[tuple[Way, list[Residence], str]]


def load_file(ledger: Ledger, way: Way, said: Sequence[Residence], feed: str, at: dt.datetime) -> None:
    said = [replace(each, feed=feed) for each in said]
    if way is Way.SNAPSHOT:
        ledger.snapshot(said, at, feed=feed)
    elif way is Way.APPEND:
        ledger.load(said, at)
    else:
        person = home("ann", 0, day(0)).person
        moves = [Move(person, feed, each) for each in said] or [Move(person, feed, None)]
        ledger.load([], at, moves=moves)


@given(FILES)
def test_snapshots_and_deltas_leave_what_was_known_as_it_was(files: Files) -> None:
    ledger, answers = Ledger(), []
    for number, (way, said, feed) in enumerate(files):
        load_file(ledger, way, said, feed, day(100 + number))
        answers.append(ledger.known(day(100 + number) + dt.timedelta(hours=1)))
    assert [ledger.known(day(100 + at) + dt.timedelta(hours=1)) for at in range(len(files))] == answers


@given(FILES, st.lists(HOMES, max_size=3))
def test_after_a_snapshot_its_feed_has_no_other_homes_and_each_that_it_had_is_kept(
    files: Files, last: list[Residence]
) -> None:
    ledger = Ledger()
    for number, (way, said, feed) in enumerate(files):
        load_file(ledger, way, said, feed, day(100 + number))
    # What lapsed and is stated again never did: by that it may correct what was said meanwhile.
    known, now = returned(ledger.said(), last)
    with_all = timeline([*known, *now]).believed
    load_file(ledger, Way.SNAPSHOT, last, FEED, day(200))
    after = ledger.believed()
    stated = set(map(fingerprint, last))
    for each in after:
        assert each.feed != FEED or each.valid_to <= day(200) or fingerprint(each) in stated
    # Nothing that holds beside what is said now is lost: it may end sooner, and no sooner than it began.
    kept = {stated_as(each): each for each in after}
    for each in with_all:
        assert kept[stated_as(each)].valid_from <= each.valid_from < kept[stated_as(each)].valid_to


@given(FILES, st.lists(HOMES, max_size=3), st.sampled_from(Way))
def test_the_same_file_again_leaves_all_homes_as_they_are(
    files: Files, last: list[Residence], way: Way
) -> None:
    ledger = Ledger()
    for number, (each, said, feed) in enumerate(files):
        load_file(ledger, each, said, feed, day(100 + number))
    # A delta may say one thing after another, which it does again when it comes again.
    said = last[:1] if way is Way.DELTA else last
    load_file(ledger, way, said, FEED, day(200))
    before = ledger.known(day(201))
    load_file(ledger, way, said, FEED, day(210))
    assert ledger.known(day(211)) == before


@given(st.lists(HOMES, min_size=1, max_size=3), st.lists(HOMES, max_size=3))
def test_what_is_stated_again_after_a_wrong_file_never_lapsed(
    first: list[Residence], wrong: list[Residence]
) -> None:
    """Without a later day to it: a row of an event has that of the event, whenever it is said."""
    ledger = Ledger()
    ledger.snapshot(first, day(100))
    ledger.snapshot(
        [each for each in wrong if each.address not in {said.address for said in first}], day(107)
    )
    ledger.snapshot(first, day(114))
    stated = {fingerprint(each) for each in first}
    assert not any(each.lapsed for each in ledger.believed() if fingerprint(each) in stated)
