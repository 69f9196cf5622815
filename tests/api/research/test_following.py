"""What is kept in memory is what a whole reading gives, whatever was written in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.api.rights.feeds import Borough, Said, traces
from tests.town import NOW, ago

from mast_analytics.history import History
from mast_analytics.names import Names
from mast_api.research.reading import Readings
from mast_graph.counted import SAY, SAY_NOTHING
from mast_graph.lease import Lease
from mast_graph.marks import Marking, MarkKind, write_mark
from mast_graph.queries import Access, names, query
from mast_graph.shields import ShieldDecision, write_shield
from mast_graph.store import Login, Store
from mast_resolver.ports import Constraint
from mast_resolver.records import EntityId

pytestmark = pytest.mark.graph

GIVEN = ("Grace", "Daniel", "Ruth", "Wilf", "Ada", "Noor")
PLACES = (
    "14 Mill Lane, Walsall WS2 2BB",
    "3 Station Street, Walsall WS1 1AA",
    "8 High Street, Walsall WS1 1AA",
)
TYPES = ("DOMESTIC_ABUSE_INCIDENT", "SAFEGUARDING_CONCERN", "CHILD_IN_NEED")
STEPS = 12


@pytest.fixture
def lease(store: Store) -> Iterator[Lease]:
    with Lease.acquire(store, "tests") as lease:
        yield lease


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_followed_is_what_a_whole_reading_gives(
    store: Store, lease: Lease, tmp_path: Path, seed: int
) -> None:
    draw, town = random.Random(seed), Borough(store, lease, tmp_path)
    town.load(_rows(draw, 12))
    town.resolve()
    ours = Readings(store, clock=lambda: NOW)
    ours.now()
    kinds = (_more, _more, _more, _shield, _object, _withdraw)
    for step in range(STEPS):
        draw.choice(kinds)(draw, town, step)
        assert said_of(ours.now().history) == said_of(Readings(store, clock=lambda: NOW).now().history), step
    assert ours.times_read == 1


def test_a_purge_is_read_whole_and_leaves_no_note_of_whom_it_took(
    store: Store, lease: Lease, tmp_path: Path, neo4j_server: Login
) -> None:
    town = Borough(store, lease, tmp_path)
    town.load(_rows(random.Random(3), 8))
    town.resolve()
    ours = Readings(store, clock=lambda: NOW)
    ours.now()
    gone = [town.record("police", "1"), town.record("nhs", "1")]
    assert "CountedNote" in traces(neo4j_server, gone)
    town.purge(gone)
    assert "CountedNote" not in traces(neo4j_server, gone)
    found = ours.now().history
    assert said_of(found) == said_of(Readings(store, clock=lambda: NOW).now().history)
    assert not set(gone) & set(found.records.all)


def test_only_what_was_changed_is_read_again(store: Store, lease: Lease, tmp_path: Path) -> None:
    town = Borough(store, lease, tmp_path)
    town.load(_rows(random.Random(4), 8))
    town.resolve()
    ours = Readings(store, clock=lambda: NOW)
    whole = ours.now()
    lease.write(lambda tx, _: tx.run("write.put_teams", rows=[]))
    before = store.queries_run
    assert ours.now().history is whole.history
    assert store.queries_run == before + 1
    town.load([Said("police", "new", {"given_name": "Ann", "family_name": "Lee"})])
    town.resolve()
    assert ours.now().contacts == whole.contacts
    assert ours.times_read == 1


def test_who_is_too_far_behind_reads_everything(
    store: Store, lease: Lease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_graph.counted.KEPT", 1)
    town = Borough(store, lease, tmp_path)
    ours = Readings(store, clock=lambda: NOW)
    ours.now()
    town.load(_rows(random.Random(5), 6))
    town.resolve()
    assert said_of(ours.now().history) == said_of(Readings(store, clock=lambda: NOW).now().history)
    assert ours.times_read == 2


def test_notes_of_an_earlier_version_have_everything_read_again(
    store: Store, lease: Lease, tmp_path: Path
) -> None:
    town = Borough(store, lease, tmp_path)
    ours = Readings(store, clock=lambda: NOW)
    ours.now()
    town.load(_rows(random.Random(6), 6))
    town.resolve()
    store.define("MATCH (note:CountedNote) REMOVE note.living")
    assert said_of(ours.now().history) == said_of(Readings(store, clock=lambda: NOW).now().history)
    assert ours.times_read == 2


def test_every_statement_that_is_listed_is_one_that_writes() -> None:
    writes = {each for each in names() if query(each).access is Access.WRITE}
    assert SAY.keys() | SAY_NOTHING <= writes
    assert not SAY.keys() & SAY_NOTHING


def _rows(draw: random.Random, count: int) -> list[Said]:
    """Contacts with whom they touch and where; an id that came before is a correction."""
    found = []
    for number in range(1, count + 1):
        place = draw.randrange(len(PLACES))
        text = {"given_name": draw.choice(GIVEN), "family_name": "Okonkwo", "date_of_birth": "1990-01-04"}
        text |= {
            "address": PLACES[place],
            "contact_id": f"{draw.randrange(6)}",
            "contact_type": draw.choice(TYPES),
        }
        moments = {"contact_at": ago(100), "valid_from": ago(draw.choice((100, 400)))}
        if draw.random() < 0.5:
            moments["contact_closed_at"] = ago(draw.randrange(1, 90))
        found.append(Said(draw.choice(("police", "nhs")), f"{1 + number % 5}", text, moments))
    return sorted(found, key=lambda each: each.agency)


def _more(draw: random.Random, town: Borough, _step: int) -> None:
    town.load(_rows(draw, 5))
    town.resolve()


def _withdraw(draw: random.Random, town: Borough, _step: int) -> None:
    """People are taken apart, or put together, by what is decided of two records."""
    left, right = draw.sample(
        [town.record(agency, f"{n}") for agency in ("police", "nhs") for n in (1, 2, 3)], 2
    )
    town.decide(left, right, draw.choice(list(Constraint)))
    _more(draw, town, _step)


def _person(draw: random.Random, town: Borough) -> EntityId:
    whose = town.store.read("read.known_person_entities", after="", limit=100)[0]
    last = max(whose["recorded_to"])
    now = zip(whose["entities"], whose["recorded_to"], strict=True)
    return EntityId(draw.choice(sorted({who for who, to in now if to == last})))


def _shield(draw: random.Random, town: Borough, step: int) -> None:
    who = _person(draw, town)
    decision = ShieldDecision(f"S-{step}", who, on=True, by="o", reason=b"x", hidden_too=True)
    town.lease.write(lambda tx, _: write_shield(tx, decision, at=NOW))
    if draw.random() < 0.7:
        lifted = ShieldDecision(f"S-{step}-off", who, on=False, by="o", reason=b"x", hidden_too=True)
        town.lease.write(lambda tx, _: write_shield(tx, lifted, at=NOW))


def _object(draw: random.Random, town: Borough, step: int) -> None:
    marking = Marking(f"M-{step}", MarkKind.OBJECTION, _person(draw, town), "", by="o", reason=b"x")
    town.lease.write(lambda tx, _: write_mark(tx, marking, at=NOW))


def said_of(history: History) -> dict[str, list[Any]]:
    """All columns by names and in an order of their own: numbers are another at each reading."""
    known: dict[str, Names] = {
        "contact": history.contacts, "type": history.types, "agency": history.agencies, "role": history.roles,
        "data_class": history.data_classes, "agreement": history.agreements, "record": history.records,
        "place": history.records, "entity": history.names,
    }  # fmt: skip

    def rows(columns: Any) -> list[tuple[Any, ...]]:
        read: list[Callable[[Any], Any]] = []
        values = []
        for each in fields(columns):
            told = known[each.name].all if each.name in known else None
            read.append(told.__getitem__ if told else lambda value: value)
            values.append(getattr(columns, each.name).tolist())
        return [
            tuple(one(value) for one, value in zip(read, row, strict=True))
            for row in zip(*values, strict=True)
        ]

    versions = rows(history.versions)
    touches = [(versions[version], *left) for version, *left in rows(history.touches)]
    return {
        "versions": sorted(versions, key=repr),
        "touches": sorted(touches, key=repr),
        "entities": sorted(rows(history.entities), key=repr),
        "stays": sorted(rows(history.stays), key=repr),
    }
