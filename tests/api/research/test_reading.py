"""What researchers may count in: the whole graph in columns, nobody who is shielded or objects, as agreed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.api.research.borough import PEOPLE, ResearchTown
from tests.town import NOW

from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_api.research.reading import Allowed, Reading, Readings
from mast_graph.known import read_known

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
