"""What is learnt step by step: all that differs, and nothing that does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from tests.analytics.histories import contact, knowns, lives, named, on

from mast_analytics.event import Event
from mast_analytics.knowledge import believed, learnt
from mast_resolver.known import Known
from mast_resolver.records import FOREVER


def then(known: Known, at: dt.datetime) -> dict[str, Event]:
    """Everything as it was on record at a moment, worked out at once."""
    contacts = (e for e in known.contacts if e.recorded_from <= at < e.recorded_to)
    entities = (e for e in known.entities if e.recorded_from <= at < e.recorded_to)
    stays = (e for e in known.stays if e.recorded_from <= at < e.recorded_to)
    on_record = Known(
        tuple(replace(e, recorded_to=FOREVER) for e in contacts),
        tuple(replace(e, recorded_to=FOREVER) for e in entities),
        tuple(replace(e, recorded_to=FOREVER) for e in stays),
    )
    return {each.id: each for each in believed(on_record)}


@given(knowns())
def test_step_by_step_events_are_what_they_are_at_once(known: Known) -> None:
    events: dict[str, Event] = {}
    for step in learnt(known):
        events |= {each.id: each for each in step.events}
        for id_ in step.gone:
            events.pop(id_, None)
        assert events == then(known, step.at)


def work(residents: int, *, days: float | None, place: str) -> int:
    """Events that are made when so many move in one after another, each learnt as it happens."""
    homes = [
        lives(f"P-{n}", place, 30 * n, days and 30 * n + days, recorded=(30 * n, None))
        for n in range(residents)
    ]
    contacts = [contact(f"{n}-{k}", 30 * n + k, record=f"r{n}") for n in range(residents) for k in range(3)]
    known = Known(tuple(contacts), named(contacts, homes), tuple(homes))
    return sum(len(step.events) for step in learnt(known))


@pytest.mark.parametrize(
    ("days", "place"),
    [
        pytest.param(None, "A-hostel", id="of a hostel nobody moves out"),
        pytest.param(100, "A-hostel", id="of a hostel many live at once"),
        pytest.param(None, "A-1", id="more than a household has"),
        pytest.param(30, "A-1", id="tenants of a flat one after another"),
    ],
)
def test_twice_the_residents_of_an_address_are_twice_the_work(days: float | None, place: str) -> None:
    few, many = work(50, days=days, place=place), work(100, days=days, place=place)
    assert many <= 2.1 * few


def test_who_comes_to_a_household_is_all_that_is_looked_at_again() -> None:
    homes = [lives("P-1", "A-1", 0), lives("P-2", "A-1", 5, recorded=(5, None))]
    contacts = [contact("theirs", 1, recorded=(1, None)), contact("there", 2, record="at A-1")]
    known = Known(tuple(contacts), named(contacts[:1], homes), tuple(homes))
    assert [[each.id for each in step.events] for step in learnt(known) if step.at == on(5)] == [[]]


def test_what_was_on_record_for_no_time_was_never_known() -> None:
    """Clocks are read in milliseconds: what was put right in one of them begins and ends at once."""
    known = Known(
        (contact("c", 1, recorded=(3, 3)),),
        named((), [lives("P-1", "A-1")]),
        (lives("P-1", "A-1", recorded=(2, 2)),),
    )
    assert not any(step.events or step.gone for step in learnt(known))
