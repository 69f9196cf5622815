"""Volumes and evaluations through the API: counted, covered, remembered as figures are, and of nobody."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.api.research.borough import MONTH_END, OFFICER, RESEARCH, ResearchTown
from tests.everything import asking_everything
from tests.town import Service

from mast_analytics.disclosure.policies import policy
from mast_analytics.history import History
from mast_analytics.predictors.code import code_digest
from mast_analytics.release.volumes import NOT_WHOLE, shown_volumes
from mast_analytics.volumes import By, volumes
from mast_api.research.counting import evaluations
from mast_graph.known import read_known

pytestmark = pytest.mark.graph

VOLUMES = asking_everything("contactVolumes")
PREDICTORS = asking_everything("predictorEvaluations")
PROPOSE = asking_everything("proposeRelease", kind="mutation")
ESTIMATE = {"value": 1.2, "low": 0.9, "high": 1.6}


def asked_for(service: Service, **variables: Any) -> tuple[int, Any]:
    response = service.ask(VOLUMES, **variables, **RESEARCH)
    return response.status_code, response.json().get("errors", [{}])[0].get("extensions", response.json())


@pytest.mark.parametrize(
    ("by", "wider"), [("TYPE", By.TYPE), ("AGENCY", By.AGENCY), ("AGENCY_AND_TYPE", None)]
)
def test_volumes_are_those_of_the_graph_as_they_may_be_shown(
    borough: ResearchTown, asked: Service, by: str, wider: By | None
) -> None:
    answer = asked.answer(VOLUMES, by=by, **RESEARCH)
    counted = volumes(History(read_known(borough.store)), MONTH_END, By.SOURCE)
    shown = shown_volumes(counted, policy("nhs").of_cohorts, wider=wider)
    told = [(each["name"], each["before"]["shown"], each["now"]["shown"]) for each in answer["changes"]]
    assert told == [(each.name, str(each.before), str(each.now)) for each in shown.rows]
    assert answer["total"]["now"]["value"] == shown.total.now
    assert (answer["beforeFrom"], answer["until"]) == ("2024-11-01", "2026-11-01")
    assert {each["ratio"] is None for each in answer["changes"]} >= {False}
    assert not any(
        0 < (each[year]["value"] or 0) <= 7 for each in answer["changes"] for year in ("before", "now")
    )


def test_of_a_year_that_is_not_held_whole_nothing_is_shown_and_it_is_said_since_when_it_is(
    asked: Service,
) -> None:
    """36 months are held from December 2023 on: of the year that began in July before, seven of twelve."""
    answer = asked.answer(VOLUMES, by="AGENCY", asOf="2025-06-30", **RESEARCH)
    assert (answer["beforeFrom"], answer["nowFrom"]) == ("2023-07-01", "2024-07-01")
    for each in (*answer["changes"], answer["total"]):
        assert each["before"] == {"value": None, "shown": NOT_WHOLE}
        assert (each["ratio"], each["low"], each["high"]) == (None, None, None)
    assert answer["total"]["now"]["value"] > 100
    assert "Agreements let contacts be counted from 1 December 2023 on" in " ".join(answer["says"])
    assert "both years are held whole as of 30 November 2025 or later" in answer["says"][-2]
    asked.answer(PROPOSE, question="CONTACT_VOLUMES", cohort={"asOf": "2025-06-30"}, **RESEARCH)
    kept = asked.answer(VOLUMES, asOf="2025-11-30", **RESEARCH)
    assert NOT_WHOLE not in str(kept["changes"])
    assert "Agreements let" not in " ".join(kept["says"])


def test_they_are_remembered_with_everybody_and_with_whom_contacts_touched(
    borough: ResearchTown, asked: Service
) -> None:
    asked.answer(VOLUMES, **RESEARCH)
    count = borough.store.read("read.research_ledger")[0]["number"]
    asked.answer(VOLUMES, by="AGENCY", **RESEARCH)
    assert borough.store.read("read.research_ledger")[0]["number"] == count
    status, said = asked_for(asked, policy="sac")
    assert (status, said["code"]) == (400, "MAST-312"), "sac shows more than the policy of the service"
    assert "contactVolumes" in str(asked.audited()[-4:])


def test_no_area_is_known_here_and_that_is_said(asked: Service) -> None:
    status, said = asked_for(asked, by="AREA")
    assert (status, said["fact"]) == (400, "no area of any address is known")


def test_two_people_can_release_them(asked: Service) -> None:
    done = asked.answer(PROPOSE, question="CONTACT_VOLUMES", volumesBy="AGENCY", **RESEARCH)
    assert done["id"].startswith("RE-")
    intent = next(each for each in reversed(asked.audited()) if each["event"] == "intent")
    assert "volumes_by agency" in intent["sought"]["cohort"]


@pytest.mark.parametrize("document", [VOLUMES, PREDICTORS])
def test_only_researchers_may_ask(asked: Service, document: str) -> None:
    response = asked.ask(document, **OFFICER)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "MAST-302")


def test_an_evaluation_speaks_within_its_limits_and_under_a_policy_that_shows_no_more(asked: Service) -> None:
    folder = evaluations(asked.services.settings)
    for name, changed in (
        ("spoken", {}),
        ("of-another-time", {"limits": {**_entry("x")["limits"], "valid_until": dt.date(2026, 2, 28)}}),
        ("coarse", {"policy": "acro"}),
    ):
        _enter(folder, name, changed)
    found = asked.answer(PREDICTORS, **RESEARCH)
    assert (found["names"], found["evaluation"]["name"]) == (["spoken"], "spoken")
    assert asked.answer(PREDICTORS, name="coarse", **RESEARCH)["evaluation"] is None
    (model,) = found["evaluation"]["models"]
    assert model["capacity"]["baseRate"] == ESTIMATE
    assert model["calibration"] == [{"expected": 0.2, "periods": 40, "observed": ESTIMATE}]
    told = " ".join(found["silent"])
    assert "speaks of 2026-01-31 to 2026-02-28" in told
    assert "coarse was made under a policy that shows more" in told


def _enter(folder: Path, name: str, changed: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.1.yaml").write_text(yaml.safe_dump(_entry(name) | changed), "utf-8")


def _entry(name: str) -> dict[str, Any]:
    """As `mast research evaluate` leaves one; of the agencies of this town."""
    model = {
        "model": "discrete time", "effect": "odds ratio", "ratio": ESTIMATE, "slope": ESTIMATE, "groups": [],
        "groups_hidden": 0,
        "associations": [{"variable": "contacts", "factor": 1.3, "low": 1.1, "high": 1.5}],
        "bins": [{"expected": 0.2, "rows": 40, "events": 10, "observed": ESTIMATE}],
        "capacity": {"each_period": 10, "looked_at": 20, "hits": 10, "precision": ESTIMATE,
                     "recall": ESTIMATE, "base_rate": ESTIMATE, "by_chance": 0.1},
    }  # fmt: skip
    return {
        "format": 1, "name": name, "version": 1, "evaluated": dt.date(2026, 10, 1), "code_version": "1",
        "code_digest": code_digest(), "data_digest": "d", "as_happened": False,
        "variables": {"contacts": "how many there were"}, "policy": "nhs",
        "limits": {"agencies": ["council-children", "police"], "below_level": 4, "period_days": [91, 91],
                   "valid_from": dt.date(2026, 1, 31), "valid_until": dt.date(2026, 12, 31),
                   "most_days_known": 900, "ages": None},
        "figures": {"people": 300, "judged_rows": 200, "judged_events": 20, "models": [model]},
    }  # fmt: skip
