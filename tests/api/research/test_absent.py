"""Who is shielded or objects is in no figure; what is loaded later changes nothing of an earlier cut-off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.api.research.borough import OFFICER, PEOPLE, RESEARCH, ResearchTown, Row, contact, lives
from tests.everything import asking_everything
from tests.town import NOW, Service, ago

from mast_analytics.episodes import CutOff, episodes
from mast_analytics.event import GroupBy
from mast_api.research.reading import Readings
from mast_graph.lease import Lease
from mast_graph.state import read_pending
from mast_resolver.ports import Changes
from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

DOCUMENTS = [asking_everything(name) for name in ("transitionMatrix", "escalationPaths", "timeToEvent")]
SUBJECTS = (
    "query ($cohort: CohortInput) { transitionMatrix(cohort: $cohort) { basis { subjects { value } } } }"
)
MARK = 'mutation ($id: ID!) { mark(kind: OBJECTION, reason: "They asked", id: $id) { markId } }'
SHIELD = 'mutation ($id: ID!) { shield(id: $id, reason: "They fled") { __typename } }'


def subjects(service: Service, **cohort: Any) -> int:
    return int(service.answer(SUBJECTS, cohort=cohort, **RESEARCH)["basis"]["subjects"]["value"])


def households(service: Service, known_at: dt.datetime = NOW) -> int:
    """How many there are, without remembering it: a cohort that differs by few from another is refused."""
    history = service.services.research.readings.now().history
    return len(set(episodes(history, CutOff(NOW, known_at), by=GroupBy.HOUSEHOLD).subject.tolist()))


def put_right(person: int, *, since: float | None = None) -> Row:
    """Somebody never lived where it was thought; or moved, as is known now."""
    agency, reference, text, moments = lives(person)
    moved = moments if since is None else {"valid_from": ago(since)}
    return agency, reference, {**text, "address": f"{400 + person} Low Street, Walsall WS1 1AB"}, moved


def test_what_is_loaded_later_changes_nothing_of_an_earlier_cut_off(
    borough: ResearchTown, asked: Service
) -> None:
    then = (NOW - dt.timedelta(hours=12)).isoformat()
    cohorts = [{"knownAt": then, "by": by} for by in ("PERSON", "HOUSEHOLD")]
    before = [asked.answer(each, cohort=of, **RESEARCH) for each in DOCUMENTS for of in cohorts]
    borough.loaded_at = NOW - dt.timedelta(hours=1)
    with Lease.acquire(borough.store, "tests") as lease:
        borough._lease = lease
        rows = [
            row
            for new in range(PEOPLE, PEOPLE + 40)
            for row in (lives(new), contact(new, "CHILD_IN_NEED", 70))
        ]
        rows += [contact(old, "LOOKED_AFTER", 20) for old in range(30)]
        rows += [put_right(old) for old in range(30, 90)] + [
            put_right(old, since=400) for old in range(90, 150)
        ]
        borough.brings(rows)
    after = [asked.answer(each, cohort=of, **RESEARCH) for each in DOCUMENTS for of in cohorts]
    assert after == before
    assert households(asked) > households(asked, dt.datetime.fromisoformat(then)) + 40
    assert subjects(asked) == subjects(asked, knownAt=then) + 40


def test_whoever_is_shielded_or_objects_is_not_counted(borough: ResearchTown, asked: Service) -> None:
    before, homes = subjects(asked), households(asked)
    for number in range(10):
        asked.answer(MARK, **OFFICER, id=f"P-c{number}")
        asked.answer(SHIELD, **OFFICER, id=f"P-c{number + 10}")
    assert subjects(asked) == before - 20
    reading = asked.services.research.readings.now()
    left = {f"P-c{number}" for number in range(20)}
    assert not left & set(reading.history.names.all)
    assert households(asked) == homes - 6, "of the seventh somebody is left"


def comes_and_is_withdrawn(borough: ResearchTown, person: int, left: str) -> None:
    """Somebody whom two agencies know; one withdraws its record, and later they have another id."""
    ours, theirs = borough.record("council-children", f"c{person}"), borough.record("police", f"c{person}")
    with Lease.acquire(borough.store, "tests") as lease:
        borough._lease = lease
        borough.loaded_at = NOW - dt.timedelta(hours=9)
        rows = (contact(person, "CHILD_IN_NEED", 70), contact(person, "WELFARE_CHECK", 40, agency="police"))
        borough.brings(rows)
        borough.loaded_at = NOW - dt.timedelta(hours=7)
        borough.retract("council-children", f"c{person}")
        gone = list(read_pending(borough.store, Kind.PERSON))
        borough._write(Changes(unassigned=(ours,)), Kind.PERSON, settled=gone)
        borough.loaded_at = NOW - dt.timedelta(hours=5)
        borough.supersede(Kind.PERSON, f"P-c{person}", left, moved={theirs: left})


def named_in(borough: ResearchTown, service: Service) -> tuple[set[str], set[str]]:
    """Who is counted, by what was followed, and by a whole reading."""
    followed = service.services.research.readings.now().history
    read = Readings(borough.store, clock=lambda: NOW).now().history
    return set(followed.names.all), set(read.names.all)


def homes_then(service: Service) -> int:
    """As known while everything was on record."""
    return households(service, NOW - dt.timedelta(hours=8))


def test_of_who_objects_a_record_that_was_withdrawn_is_not_counted_before_it_was(
    borough: ResearchTown, asked: Service
) -> None:
    before = homes_then(asked)
    comes_and_is_withdrawn(borough, 900, "P-later")
    assert homes_then(asked) == before + 1
    assert all({"P-c900", "P-later"} <= named for named in named_in(borough, asked))
    asked.answer(MARK, **OFFICER, id="P-later")
    assert homes_then(asked) == before
    assert not any({"P-c900", "P-later"} & named for named in named_in(borough, asked))
