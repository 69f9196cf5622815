"""An attacker with a researcher's token: shifting filters and cut-offs, policies, totals, restarts."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from tests.analytics.disclosure_attack import assert_nothing_small_can_be_worked_out
from tests.api.research.borough import MONTH_END, RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import NOW, Service, ago

from mast_analytics.civil import evening
from mast_analytics.cohorts import Selection, of_subjects, paths, selected
from mast_analytics.disclosure.policies import policy
from mast_analytics.disclosure.tables import Table
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.shapes import shapes
from mast_analytics.spells import spells
from mast_analytics.transitions import transitions
from mast_api.research.figures import Research
from mast_api.research.on_record import last_on_record
from mast_graph.known import read_known
from mast_resolver.research_errors import CohortTooCloseError, LedgerBehindError, LedgerChangedError

pytestmark = pytest.mark.graph

MATRIX = asking_everything("transitionMatrix")
PATHS = asking_everything("escalationPaths")
NHS = policy("nhs").of_cohorts


@pytest.fixture(scope="module")
def history(borough: ResearchTown) -> History:
    return History(read_known(borough.store))


def code(service: Service, document: str = MATRIX, **cohort: Any) -> str | None:
    """What it is refused with; nothing when it is answered."""
    response = service.ask(document, cohort=cohort, **RESEARCH)
    return None if response.status_code == 200 else response.json()["errors"][0]["extensions"]["code"]


def published(table: Any) -> Table:
    """A table as an attacker has it: from the answer alone."""
    values = np.array([[-1 if each["value"] is None else each["value"] for each in row["figures"]]
                       for row in table["rows"]], np.int64)  # fmt: skip
    assert all(
        each["shown"] == "*" for row in table["rows"] for each in row["figures"] if each["value"] is None
    )
    return Table(NHS, values, values < 0)


def test_no_small_count_can_be_worked_out_of_cells_and_totals(history: History, asked: Service) -> None:
    truth = episodes(history, MONTH_END)
    found = transitions(spells(truth))
    counts = np.column_stack([found.counts, found.censored])
    answer = asked.answer(MATRIX, **RESEARCH)
    never = np.eye(*counts.shape, dtype=np.int64)
    assert_nothing_small_can_be_worked_out(published(answer["steps"]), counts, never)


def test_nor_out_of_the_list_of_ways_with_the_size_of_the_cohort(history: History, asked: Service) -> None:
    truth = episodes(history, MONTH_END)
    found = shapes(spells(truth))
    answer = asked.answer(PATHS, **RESEARCH)
    rows = answer["shapes"]["rows"]
    every = {" > ".join(way) or "(no change)": count for way, count in found.subjects.items()}
    every["(followed for less)"] = found.too_short
    rare = sum(count for name, count in every.items() if name not in {row["name"] for row in rows})
    counts = np.array([every.get(row["name"], rare) for row in rows[:-1]])
    table = published(answer["shapes"])
    assert_nothing_small_can_be_worked_out(Table(NHS, table.values[:, 0], table.hidden[:, 0]), counts)
    assert answer["basis"]["subjects"]["value"] == rows[-1]["figures"][0]["value"], (
        "the total is no second one"
    )


def test_filters_that_shift_a_day_at_a_time_isolate_nobody(history: History, asked: Service) -> None:
    """Whatever is answered: no two cohorts, and none and two others, differ by one to seven people."""
    everybody = episodes(history, MONTH_END)
    answered = [set(paths(everybody))] if code(asked) is None else []
    for before in range(300, 340, 4):
        day = ago(before).date()
        for name, choice in (
            ("firstContactBefore", Selection(first_before=day.toordinal())),
            ("firstContactFrom", Selection(first_from=day.toordinal())),
        ):
            if code(asked, **{name: day.isoformat()}) is None:
                answered.append(set(paths(selected(everybody, choice))))
    assert len(answered) > 2
    for left, right in combinations(answered, 2):
        assert not 0 < len(left ^ right) <= NHS.threshold
        for third in answered:
            for pair in (left | right, left & right, left - right, right - left):
                assert third in (left, right) or not 0 < len(pair ^ third) <= NHS.threshold


def test_cut_offs_that_shift_a_day_at_a_time_are_not_to_be_had(asked: Service) -> None:
    days = [dt.date(2026, 9, 28) + dt.timedelta(days=each) for each in range(6)]
    assert {day.day for day in days if code(asked, asOf=day.isoformat()) != "MAST-312"} == {30}


def test_cut_offs_that_shift_a_month_at_a_time_show_nobodys_next_step(
    history: History, asked: Service
) -> None:
    """Figures too, not only paths: where all paths are the same, what is shown is."""
    answered: list[tuple[dict[str, bytes], Any]] = []
    for at in (dt.date(2025, month, 1) - dt.timedelta(days=1) for month in range(1, 13)):
        response = asked.ask(MATRIX, cohort={"asOf": at.isoformat()}, **RESEARCH)
        if response.status_code == 200:
            figures = response.json()["data"]["transitionMatrix"]["steps"]
            answered.append((paths(episodes(history, CutOff(evening(at), NOW))), figures))
    assert len(answered) > 1
    for (left, ours), (right, theirs) in combinations(answered, 2):
        apart = {who for who, _ in left.items() ^ right.items()}
        assert len(apart) > NHS.threshold or (not apart and ours == theirs)


def test_another_policy_for_the_same_people_is_refused(asked: Service) -> None:
    assert code(asked) is None
    assert code(asked, policy="opensafely") == "MAST-351"


def test_another_process_and_one_that_starts_anew_remember_as_well(
    borough: ResearchTown, history: History, asked: Service
) -> None:
    assert code(asked) is None
    everybody = episodes(history, MONTH_END)
    fewer = _without(everybody, 3)
    other = Research(borough.store, borough.keys, clock=lambda: NOW, on_record=lambda: 0)
    with pytest.raises(CohortTooCloseError):
        other.release("transitionMatrix", {"near": fewer}, NHS)
    before = other.release("transitionMatrix", {"cohort": everybody}, NHS)
    half = selected(everybody, Selection(known_to="police"))
    after = other.release("transitionMatrix", {"police": half}, NHS)
    assert after in (before, before + 1)
    assert code(asked, knownTo="police") is None, "what another process released is followed"


def test_a_ledger_that_somebody_changed_releases_nothing(borough: ResearchTown, asked: Service) -> None:
    assert code(asked) is None
    store = borough.store
    for spoil, mend in (
        ("SET c.policy = 'acro'", "SET c.policy = 'nhs'"),
        ("SET c.question = 'another'", "SET c.question = 'transitionMatrix'"),
        ("SET c.areas = c.who", "REMOVE c.areas"),
    ):
        store.define(f"MATCH (c:ResearchCohort {{number: 1}}) {spoil}")
        with pytest.raises(LedgerChangedError):
            Research(store, borough.keys, clock=lambda: NOW, on_record=lambda: 0).release("x", {}, NHS)
        store.define(f"MATCH (c:ResearchCohort {{number: 1}}) {mend}")
    store.define("MATCH (l:ResearchLedger) SET l.number = l.number - 1")
    assert code(asked) == "MAST-352", "the last ones are missing"
    store.define("MATCH (l:ResearchLedger) SET l.number = l.number + 1")
    assert code(asked) is None


def test_by_the_audit_log_it_is_seen_that_the_graph_was_set_back(
    borough: ResearchTown, asked: Service
) -> None:
    """Each answer says how many cohorts were remembered, and a log is not set back with the graph."""
    assert code(asked) is None
    log = asked.services.settings.data / "audit.jsonl"
    (*_, last) = [each for each in asked.audited() if each["event"] == "answer"]
    with_log = partial(last_on_record, log)

    def anew() -> Research:
        return Research(borough.store, borough.keys, clock=lambda: NOW, on_record=with_log)

    assert last["ledger"] == anew().release("x", {}, NHS) == with_log()
    (ledger,) = borough.store.read("read.research_ledger")
    borough.store.define("MATCH (l:ResearchLedger) SET l.number = 0")
    with pytest.raises(LedgerBehindError):
        anew().release("x", {}, NHS)
    borough.store.define(f"MATCH (l:ResearchLedger) SET l.number = {ledger['number']}")
    assert anew().release("x", {}, NHS) == last["ledger"]


def test_nobody_can_be_looked_up_in_the_ledger_without_the_key(borough: ResearchTown, asked: Service) -> None:
    assert code(asked) is None
    rows = borough.store.read("read.research_cohorts", after=0, limit=1)
    assert b"P-" not in b"".join(value for value in rows[0].values() if isinstance(value, bytes))
    assert len(rows[0]["people"]) % 16 == 0


def test_a_refusal_is_in_the_audit_log_with_its_code(asked: Service) -> None:
    assert code(asked) is None
    tried = [code(asked, firstContactBefore=(ago(days)).date().isoformat()) for days in range(56, 80, 3)]
    assert "MAST-350" in tried
    last = [each for each in asked.audited() if each["event"] == "answer" and "MAST-350" in each["codes"]]
    assert last[-1]["questions"] == ["transitionMatrix"]


def _without(everybody: Episodes, count: int) -> Episodes:
    gone = np.unique(everybody.subject)[:count]
    return of_subjects(everybody, np.setdiff1d(everybody.subject, gone))
