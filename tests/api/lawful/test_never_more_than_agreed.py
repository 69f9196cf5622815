"""Whatever happens - agreements, shields, erasures, merges, time - nothing is shown but what may be.

A machine makes a borough change in any order, through the program's own writes, and asks every question after
each way, as every role; a small oracle says what may be shown. Moments of contacts are all different, so
that one that stands anywhere in an answer gives the contact away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.api.lawful.asking import LOOKS, LeakedError, holds
from tests.api.lawful.borough import HOMES, SECOND, Borough, Clock
from tests.api.lawful.leaks import look_for_leaks, may_ask
from tests.api.lawful.machine import ASKERS, CLASSES, HAPPENINGS, Machine
from tests.api.lawful.oracle import Asker
from tests.api.shields.conftest import WIDE
from tests.fresh import SEED, say_how_to_repeat
from tests.town import AGREEMENT, People, Service

from mast_api.access import Question
from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_graph import queries
from mast_graph.agreement import View
from mast_graph.store import Login

pytestmark = pytest.mark.graph


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine(
    services: tuple[Services, DevelopmentIssuer],
    people: People,
    clock: Clock,
    neo4j_server: Login,
    tmp_path: Path,
) -> Iterator[Callable[[], Machine]]:
    built = replace(services[0], clock=clock, limits=WIDE)
    with Service(built, services[1], wait=False) as service:
        store = services[0].stewards._store
        yield lambda: Machine(partial(Borough, store, neo4j_server, tmp_path, clock), service, people)


@pytest.fixture(autouse=True)
def _nobody_else_writes(town: Any) -> None:
    town._lease.release()


def test_no_question_ever_shows_what_may_not_be_shown(machine: Callable[[], Machine]) -> None:
    say_how_to_repeat()
    run_state_machine_as_test(
        seed(SEED)(machine),  # type: ignore[arg-type]  # what makes one does as well as its class
        settings=settings(
            max_examples=5,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_who_was_merged_stays_so_when_something_happens_to_them(machine: Callable[[], Machine]) -> None:
    """Of the machine itself: a record that comes again is not of whoever it was of before."""
    going = machine()
    going.people_live_there()
    people = {ref: person for person, refs in going.borough.people().items() for ref in refs}
    first, second, third = (people[ref] for ref in (("police", "1"), ("fire", "2"), ("police", "4")))
    going.borough.merge(second, first)
    going.something_happens(HAPPENINGS[0], 20, AGREEMENT.id, is_open=False, reference="1")
    going.borough.merge(third, second)
    assert going.borough.people()[third] == {("police", "1"), ("fire", "2"), ("police", "4")}


# What each of these leaves out of a query is found by one way through the machine.
SHARED = [
    pytest.param("at >= cover.from", "true", id="the window"),
    pytest.param("AND g.serves_until > datetime($serving_at)", "", id="the end of an agreement"),
    pytest.param("$purpose IN g.purposes AND", "", id="the purpose"),
    pytest.param("AND c.agency IN g.parties", "", id="the parties"),
    pytest.param("AND c.data_class IN $data_classes", "", id="the classes of a role"),
]
OF_PEOPLE = [
    pytest.param(
        "AND e.shielded IS NULL|WHERE old.shielded IS NULL OR old.recorded_to <= as_of", "", id="shields"
    ),
    pytest.param("g.view = 'full' AND $full AS full", "$full AS full", id="what is granted in full"),
    pytest.param("row.open OR row.full", "true", id="only the latest"),
    pytest.param("row.at >= counted_from", "true", id="how far back it counts"),
    pytest.param("held WHERE row.open", "held WHERE true", id="which are open"),
    pytest.param("CASE WHEN g.months < 12 THEN g.months ELSE 12 END", "12", id="in how many months"),
]
OF_PLACES = [
    pytest.param("AND c.shielded IS NULL|AND p.shielded IS NULL", "", id="shields of people and of contacts")
]
OF_ALERTS = [
    pytest.param("listed: listed", "listed: true", id="only the latest"),
    pytest.param("NOT EXISTS {\n        MATCH (whose)", "EXISTS {\n        MATCH (whose)", id="whose latest"),
    pytest.param("WHERE all(each IN seen WHERE each)", "", id="what may be seen at all"),
]  # fmt: skip
IN_CLASSES = "c.data_class IN $data_classes"
THEN = f"{IN_CLASSES} AND c.at <= datetime($as_of)"
WINDOW = "at >= cover.from"
OF_OTHERS = [
    pytest.param(question, query, text, instead, id=f"{query}: {what}")
    for question, query, rules in (
        (
            Question.HOUSEHOLD,
            "households",
            (
                (WINDOW, "true", "the window"),
                ("row.open OR row.full", "true", "only the latest"),
                ("spell.begin <= at AND at < spell.end", "true", "while they belonged"),
                ("WHERE spell.from <= as_of AND p.shielded IS NULL", "WHERE spell.from <= as_of", "shields"),
            ),
        ),
        (
            Question.HOUSEHOLD_NETWORK,
            "household_network",
            (
                (WINDOW, "true", "the window"),
                ("row.c IN latest", "true", "only the latest"),
                (IN_CLASSES, THEN, "the latest of now"),
            ),
        ),
        (
            Question.NETWORK_EXTRACT,
            "network_extract",
            ((WINDOW, "true", "the window"), (IN_CLASSES, THEN, "the numbers of now")),
        ),
        (
            Question.PATHS_BETWEEN,
            "paths_between",
            (
                ("c.at >= cover.from", "true", "the window"),
                ("AND (cover.full OR as_of = now)", "", "no moment of what is not listed"),
            ),
        ),
        (
            Question.BREAK_GLASS,
            "behind_glass",
            (
                (WINDOW, "true", "the window"),
                ("[held[0]] + [row IN held WHERE row.c.status = 'open']", "held", "only the latest"),
            ),
        ),
        (Question.AGENCY_REFERENCES, "agency_references", (("c.at >= g.from", "true", "the window"),)),
    )
    for text, instead, what in rules
]
OF_SHIELDS = [
    pytest.param(
        Question.PERSON,
        "people",
        "AND other.shielded IS NULL|AND q.shielded IS NULL|AND r.shielded IS NULL",
        id="relations",
    ),
    pytest.param(Question.HOUSEHOLD, "households", "AND p.shielded IS NULL", id="members"),
    pytest.param(Question.HOUSEHOLD_NETWORK, "household_network", "AND p.shielded IS NULL", id="network"),
    pytest.param(Question.NETWORK_EXTRACT, "network_extract", "AND p.shielded IS NULL", id="extract"),
    pytest.param(Question.PATHS_BETWEEN, "paths_between", "AND e.shielded IS NULL", id="ends of chains"),
    pytest.param(
        Question.CONCERNS_AT_ADDRESS, "concerns_at_address", "AND p.shielded IS NULL", id="residents"
    ),
    pytest.param(Question.CO_RESIDENTS, "co_residents", "AND other.shielded IS NULL", id="co-residents"),
    pytest.param(
        Question.ADDRESS_HISTORY,
        "address_history",
        "WHERE p.shielded IS NULL|AND place.shielded IS NULL AND record.shielded IS NULL|"
        "AND record.shielded IS NULL AND place.shielded IS NULL AND a.shielded IS NULL",
        id="history",
    ),
]


def one_way(machine: Machine, looks: Callable[[Machine, Asker], None] = Machine.look_at_people) -> None:
    """Through everything that a mutant leaves out; asked after each step."""
    machine.people_live_there()
    for age in (5, 20, 40, 380):
        machine.something_happens(HAPPENINGS[0], age, AGREEMENT.id, is_open=False, reference="1")
    machine.something_happens(HAPPENINGS[4], 30, SECOND.id, is_open=True, reference="3")
    machine.something_happens(HAPPENINGS[2], 380, SECOND.id, is_open=False, reference="2")
    machine.something_happens(HAPPENINGS[2], 100, SECOND.id, is_open=False, reference="2")
    machine.something_happens(HAPPENINGS[3], 380, SECOND.id, is_open=False, reference="3")
    machine.something_happens(HAPPENINGS[1], 380, AGREEMENT.id, is_open=True, reference="1")
    machine.two_are_in_it(40, SECOND.id)
    # Since they live there, and older than what is agreed later: somebody's only one, and one of two people.
    machine.something_happens(HAPPENINGS[5], 190, SECOND.id, is_open=False, reference="5")
    machine.two_are_in_it(190, SECOND.id)

    def everybody() -> None:
        # An officer, one of a charity that is no party, and analysts and practitioners of no agency.
        for asker in (ASKERS[0], ASKERS[-3], ASKERS[-1], ASKERS[6]):
            looks(machine, asker)

    everybody()
    machine.terms_are_amended(SECOND.id, 6, View.LATEST, set(CLASSES))
    everybody()
    machine.parties_and_purposes_are_amended(SECOND.id, {"nhs"}, {"safeguarding-response"})
    everybody()
    machine.it_is_stated_anew(SECOND.id)
    machine.it_ends(AGREEMENT.id)
    everybody()
    machine.terms_are_amended(AGREEMENT.id, 12, View.LATEST, set(CLASSES))
    people = machine.borough.people()
    for ref in (("police", "4"), ("police", "1")):
        machine.borough.shield(next(person for person, refs in people.items() if ref in refs), on=True)
        everybody()


def by(*questions: Question) -> Callable[[Machine, Asker], None]:
    """Ask these, as somebody."""

    def looks(machine: Machine, asker: Asker) -> None:
        for question in questions:
            holds(machine, asker, question, LOOKS[question])

    return looks


@pytest.mark.parametrize(
    "looks",
    [Machine.look_at_people, Machine.look_at_alerts, by(*LOOKS)],
    ids=["people", "alerts", "every other question"],
)
def test_one_way_through_it_shows_nothing(
    machine: Callable[[], Machine], looks: Callable[[Machine, Asker], None]
) -> None:
    going = machine()
    one_way(going, looks)
    assert going.alerts_seen or looks is not Machine.look_at_alerts, "there were alerts to look at"


def way_of_shields(machine: Machine, *only: Question) -> None:
    """Through contacts that two share and people who are one, to people and a place that are shielded."""
    machine.people_live_there()
    machine.two_are_said_to_be_related()
    for happening, reference in zip(HAPPENINGS, "112335", strict=False):
        machine.something_happens(happening, 20, SECOND.id, is_open=True, reference=reference)
    machine.something_happens(HAPPENINGS[-1], 30, SECOND.id, is_open=False, reference="3")
    machine.two_are_in_it(40, SECOND.id)
    machine.something_happens_at_a_place(HOMES[0], 20, SECOND.id)
    whose = {ref: person for person, refs in machine.borough.people().items() for ref in refs}
    machine.borough.merge(whose["fire", "2"], whose["police", "1"])
    enquiring = next(each for each in ASKERS if each.full and not each.agency)
    for asker in [each for each in ASKERS if not each.agency] if not only else [enquiring]:
        look_for_leaks(machine, asker, *only)
    for ref in (("police", "4"), ("nhs", "3")):
        machine.borough.shield(whose[ref], on=True)
        look_for_leaks(machine, enquiring, *only)
    machine.a_place_is_shielded(HOMES[1], on=True)
    look_for_leaks(machine, enquiring, *only)


def test_every_question_is_answered_with_something_and_shows_nobody_who_is_shielded(
    machine: Callable[[], Machine],
) -> None:
    """By each role for each of its purposes; there is nobody whom the resolver doubts, or may be two."""
    going = machine()
    way_of_shields(going)
    asked = {(each.role, each.purpose, question) for each in ASKERS for question in may_ask(each)}
    assert {each for each in asked if each[-1] is not Question.REVIEW_QUEUE} <= going.told


@pytest.mark.parametrize(("question", "query", "text"), OF_SHIELDS)
def test_a_query_that_leaves_a_shield_out_is_found(
    machine: Callable[[], Machine],
    monkeypatch: pytest.MonkeyPatch,
    question: Question,
    query: str,
    text: str,
) -> None:
    mutate(monkeypatch, f"read.{query}", text, "")
    with pytest.raises(LeakedError, match="shows"):
        way_of_shields(machine(), question)


def found_out(
    machine: Callable[[], Machine],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    instead: str,
    looks: Callable[[Machine, Asker], None],
) -> None:
    """Without it the laws above would be broken, and are seen to be: the way alone finds each."""
    mutate(monkeypatch, name, text, instead)
    with pytest.raises(LeakedError):
        one_way(machine(), looks)


def mutate(monkeypatch: pytest.MonkeyPatch, name: str, text: str, instead: str) -> None:
    """Let a query say something else."""
    named = queries.query(name)
    mutated = named.text
    for each in text.split("|"):
        assert each in mutated
        mutated = mutated.replace(each, instead)
    mutant = replace(named, text=mutated)
    true_query = queries.query
    monkeypatch.setattr(
        "mast_graph.store.query", lambda asked: mutant if asked == named.name else true_query(asked)
    )


@pytest.mark.parametrize(("text", "instead"), [*SHARED, *OF_PEOPLE])
def test_a_query_that_leaves_a_rule_out_is_found(
    machine: Callable[[], Machine], monkeypatch: pytest.MonkeyPatch, text: str, instead: str
) -> None:
    found_out(machine, monkeypatch, "read.people", text, instead, Machine.look_at_people)


@pytest.mark.parametrize(("text", "instead"), [*SHARED, *OF_PLACES])
def test_a_query_of_a_place_that_leaves_a_rule_out_is_found(
    machine: Callable[[], Machine], monkeypatch: pytest.MonkeyPatch, text: str, instead: str
) -> None:
    found_out(
        machine, monkeypatch, "read.concerns_at_address", text, instead, by(Question.CONCERNS_AT_ADDRESS)
    )


@pytest.mark.parametrize("name", ["read.alerts", "read.alert"])
@pytest.mark.parametrize(("text", "instead"), OF_ALERTS)
def test_a_query_of_alerts_that_leaves_a_rule_out_is_found(
    machine: Callable[[], Machine], monkeypatch: pytest.MonkeyPatch, name: str, text: str, instead: str
) -> None:
    found_out(machine, monkeypatch, name, text, instead, Machine.look_at_alerts)


@pytest.mark.parametrize(("question", "query", "text", "instead"), OF_OTHERS)
def test_a_query_of_another_question_that_leaves_a_rule_out_is_found(
    machine: Callable[[], Machine],
    monkeypatch: pytest.MonkeyPatch,
    question: Question,
    query: str,
    text: str,
    instead: str,
) -> None:
    found_out(machine, monkeypatch, f"read.{query}", text, instead, by(question))
