"""Escalation paths and times to events through the API, beside what the estimators say of the same graph."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from tests.api.research.borough import MONTH_END, RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import Service

from mast_analytics.civil import months_after
from mast_analytics.episodes import Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.follows import directly_follows
from mast_analytics.history import History
from mast_analytics.quality import TREATED
from mast_analytics.reaching import reaching
from mast_analytics.rereferral import Days, from_closure, look_back
from mast_analytics.shapes import shapes
from mast_analytics.spells import spells
from mast_analytics.spread import agencies_known
from mast_graph.known import read_known

pytestmark = pytest.mark.graph

PATHS = asking_everything("escalationPaths")
TIMES = asking_everything("timeToEvent")


@pytest.fixture(scope="module")
def truth(borough: ResearchTown) -> Episodes:
    return episodes(History(read_known(borough.store)), MONTH_END)


def column(table: Any) -> dict[str, int | None]:
    return {row["name"]: row["figures"][-1]["value"] for row in table["rows"]}


def close(shown: int | None, count: int) -> bool:
    """Within what the policy rounds to; what is suppressed may be anything."""
    return shown is None or abs(shown - count) <= 5


def test_paths_are_those_of_the_graph(truth: Episodes, asked: Service) -> None:
    answer = asked.answer(PATHS, **RESEARCH)
    ways = column(answer["shapes"])
    found = shapes(spells(truth))
    assert close(ways["(followed for less)"], found.too_short)
    assert sum(value is not None for value in ways.values()) > 5
    for way, count in found.subjects.items():
        name = " > ".join(way) or "(no change)"
        assert close(ways[name], count) if count > 7 else name not in ways
    knew = column(answer["agencies"])
    assert all(close(knew[f"{many} known to"], count) for many, count in agencies_known(truth).items())
    arrows = {(each["before"], each["after"]): each["times"] for each in answer["arrows"]}
    counted = {(each.before, each.after): each.times for each in directly_follows(truth).arrows}
    assert all(close(times, counted[arrow]) for arrow, times in arrows.items() if "(" not in str(arrow))
    assert arrows["(first)", "CHILDREN_REFERRAL"]
    assert {each["rule"] for each in answer["basis"]["faults"]} == set(TREATED)
    assert [each["day"] for each in answer["standing"]] == [30, 91, 182, 365, 730]
    for standing in answer["standing"]:
        assert sum(share or 0 for share in standing["share"]) <= 1.05
        assert len(standing["share"]) == len(standing["followed"]["rows"]) - 1


def test_households_are_counted_as_households(asked: Service) -> None:
    answer = asked.answer(PATHS, **RESEARCH, cohort={"by": "HOUSEHOLD"})
    assert answer["basis"]["subjects"]["value"] == 100
    assert answer["shapes"]["columns"] == ["household"]
    types = column(answer["householdTypes"])
    assert set(types) == {"with_children", "several", "one", "nobody_known", "total"}
    assert types["total"] == 100


def test_a_type_is_of_households(asked: Service) -> None:
    response = asked.ask(PATHS, **RESEARCH, cohort={"householdType": "ONE"})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "MAST-312")


def test_a_curve_shows_the_share_of_the_estimator_to_its_grain(truth: Episodes, asked: Service) -> None:
    answer = asked.answer(TIMES, **RESEARCH, event="REACHED_LEVEL", level=5)
    found = reaching(truth, 5).incidence
    reached, died = answer["curves"]
    assert (reached["cause"], died["cause"], died["withheld"]) == ("reached", "died", True)
    assert len(reached["points"]) > 2
    for point in reached["points"]:
        share = found.at(point["day"], "reached").value
        assert share is not None
        assert abs(point["share"] - share) <= point["grain"] / 2 + 1e-9
    assert close(column(answer["starts"])["followed from the first day"], found.people)


def test_referred_again_is_of_people_on_either_clock(truth: Episodes, asked: Service) -> None:
    closure = asked.answer(TIMES, **RESEARCH, event="REFERRED_AGAIN_AFTER_CLOSURE")
    ever = Days(0, 1 << 40)
    found = from_closure(truth, ever, each_once=True)
    assert 0 < found.people <= len(np.unique(truth.subject))
    for point in closure["curves"][0]["points"]:
        share = found.at(point["day"], "referred again").value
        assert share is not None
        assert abs(point["share"] - share) <= point["grain"] / 2 + 1e-9
    referral = asked.answer(TIMES, **RESEARCH, event="REFERRED_AGAIN_AFTER_REFERRAL")
    back = look_back(truth, ever, recorded_since=int(truth.start.min()))
    assert close(column(referral["lookBack"])["again within 12 months"], back.again)
    assert closure["lookBack"] is None


def test_following_begins_with_a_month_and_for_levels_only(asked: Service) -> None:
    for event, day in (("REACHED_LEVEL", "2025-06-02"), ("REFERRED_AGAIN_AFTER_CLOSURE", "2025-06-01")):
        response = asked.ask(TIMES, **RESEARCH, event=event, followedFrom=day)
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "MAST-312")


def test_following_begins_at_no_month_by_which_few_were_out_of_sight(truth: Episodes, asked: Service) -> None:
    """All, and all but those few, would be two curves; whichever is asked for first, the other is refused."""
    everybody = len(np.unique(truth.subject))
    begun = dt.date.fromordinal(int(truth.start.min())).replace(day=1)
    months = [months_after(begun, number) for number in range(1, 72)]
    out = {day: everybody - len(reaching(truth, 4, since=day.toordinal()).subjects) for day in months}
    few = next(day for day, many in out.items() if 0 < many <= 7)
    many = next(day for day, many in out.items() if many > 30)
    refused = asked.ask(TIMES, **RESEARCH, level=4, followedFrom=few.isoformat())
    assert refused.json()["errors"][0]["extensions"]["code"] == "MAST-350"
    assert asked.answer(TIMES, **RESEARCH, level=4, followedFrom=many.isoformat())["curves"]


def test_levels_that_are_none_are_refused(asked: Service) -> None:
    for level, origin in ((0, 0), (7, 0), (3, 3), (2, -1)):
        response = asked.ask(TIMES, **RESEARCH, level=level, origin=origin)
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, "MAST-312")


def test_household_truth_is_that_of_the_estimator(borough: ResearchTown, asked: Service) -> None:
    households = episodes(History(read_known(borough.store)), MONTH_END, by=GroupBy.HOUSEHOLD)
    answer = asked.answer(TIMES, **RESEARCH, level=5, cohort={"by": "HOUSEHOLD"})
    found = reaching(households, 5).incidence
    assert close(column(answer["starts"])["followed from the first day"], found.people)
