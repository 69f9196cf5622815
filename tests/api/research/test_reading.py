"""What researchers may count in: the whole graph in columns, nobody who is shielded or objects, as agreed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.api.research.borough import PEOPLE, ResearchTown
from tests.town import NOW

from mast_analytics.civil import evening
from mast_analytics.cohorts import paths
from mast_analytics.disclosure.ledger import Ledger
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_api.research.reading import Allowed, Reading, Readings
from mast_api.research.reading import allowed as only_allowed
from mast_graph.known import read_known
from mast_graph.research import Term
from mast_resolver.known import Known, KnownContact, KnownEntity

pytestmark = pytest.mark.graph


def allowed(readings: Readings, reading: Reading, agency: str, serving_at: dt.datetime = NOW) -> Allowed:
    return readings.allowed(
        reading,
        purpose="research",
        agency=agency,
        data_classes={"children", "police"},
        serving_at=serving_at,
    )


def counted(readings: Readings, *, agency: str = "", serving_at: dt.datetime = NOW) -> Episodes:
    reading = readings.now()
    found = allowed(readings, reading, agency, serving_at)
    return episodes(found.history, CutOff(NOW, NOW))


def test_the_columns_hold_what_rules_read(borough: ResearchTown) -> None:
    readings = Readings(borough.store, clock=lambda: NOW)
    ours, theirs = counted(readings), episodes(History(read_known(borough.store)), CutOff(NOW, NOW))
    assert len(np.unique(ours.subject)) == PEOPLE
    for name in ("start", "end", "severity", "open"):
        assert sorted(getattr(ours, name).tolist()) == sorted(getattr(theirs, name).tolist())


def test_it_is_held_while_nobody_wrote(borough: ResearchTown) -> None:
    readings = Readings(borough.store, clock=lambda: NOW)
    first = readings.now()
    assert readings.now() is first
    borough.store.define("MATCH (lease:Lease {id: 'writer'}) SET lease.tick = lease.tick + 1")
    assert readings.now().history is first.history
    assert readings.times_read == 1


def test_what_no_agreement_lets_research_count_is_not_there(borough: ResearchTown) -> None:
    readings = Readings(borough.store, clock=lambda: NOW)
    reading = readings.now()
    ours = allowed(readings, reading, "police")
    assert (ours.uncovered, len({each.agreement for each in ours.terms if each.serves})) == ((), 1)
    nobody = allowed(readings, reading, "a stranger")
    assert nobody.uncovered == ("children", "police")
    assert len(episodes(nobody.history, CutOff(NOW, NOW)).subject) == 0
    three_years_on = NOW + dt.timedelta(days=3 * 366)
    assert len(counted(readings, serving_at=three_years_on).subject) == 0


def of(contacts: History, day: dt.date) -> History:
    """What one agreement that keeps everything for three years lets be counted on a day."""
    term = Term("a", "health", ("research",), ("nhs",), 0, serves=True, months=36)
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    return only_allowed(contacts, [term], data_classes={"health"}, serving_at=at).history


def test_the_same_question_is_the_same_on_each_day_of_a_month() -> None:
    """One ledger: a window that slides with the day makes another cohort by few of it each day."""
    first = dt.datetime(2023, 10, 20, 12, tzinfo=dt.UTC)
    said = [
        KnownContact(
            f"c{number}", "ED_ATTENDANCE", "nhs", "health", 1, None, None, at, at, False,
            ((f"r{number}", "subject"),), at, agreement="a",
        )
        for number in range(60)
        for at in [first + number * dt.timedelta(days=1)]
    ]  # fmt: skip
    people = tuple(KnownEntity(f"r{number}", f"P-{number}", first) for number in range(60))
    contacts = History(Known(tuple(said), people))
    as_of = CutOff(evening(dt.date(2026, 9, 30)), dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    ledger = Ledger(b"0123456789abcdef")
    for day in (1, 2, 15, 31):
        cohort = paths(episodes(of(contacts, dt.date(2026, 10, day)), as_of))
        ledger.admit({"cohort": cohort}, policy("nhs"))
        assert len(cohort) == 48, "from 1 November 2023 on"
    assert len(paths(episodes(of(contacts, dt.date(2026, 11, 1)), as_of))) == 18, "from 1 December 2023 on"
