"""Report, export and evaluation as commands on the real graph: as agreed, covered, remembered, on record."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
import yaml
from tests.analytics.test_report import Page
from tests.api.research.borough import PEOPLE, ResearchTown
from tests.town import NOW

from mast_analytics.civil import evening
from mast_analytics.cohorts import paths
from mast_analytics.disclosure.policies import policy
from mast_analytics.episodes import CutOff, episodes
from mast_analytics.history import History
from mast_analytics.kinds import kinds
from mast_analytics.spells import spells
from mast_api.cli import main
from mast_api.research.keeping import LedgerKeeper
from mast_api.research.logged import logged
from mast_api.research.publishing import files_of
from mast_graph.alert_reading import act_on_alert
from mast_graph.known import read_known
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_resolver.records import FOREVER

pytestmark = pytest.mark.graph

DAY = "2026-10-31"
BY = ("--by", "custodian")
Call = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def mast(
    borough: ResearchTown,
    neo4j_server: Login,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Call:
    """Runs a command in this process, against the town; every test has the same data folder and key."""
    folder = tmp_path_factory.getbasetemp() / "publishing"
    told = {
        "MAST_DATA": folder, "MAST_NEO4J_URI": neo4j_server.uri, "MAST_NEO4J_USER": neo4j_server.user,
        "MAST_NEO4J_PASSWORD": neo4j_server.password, "MAST_AS_AT": NOW.date(),
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))

    def call(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([*map(str, arguments), "--json"])
        code = left.value.code or 0
        assert isinstance(code, int)
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out else {}, printed.err

    return call


def audited(event: str, folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "audit.jsonl").read_text("utf-8").splitlines()
    return [entry for line in lines if event in line for entry in [json.loads(line)]]


def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "publishing"


def test_files_hold_what_the_graph_has_and_a_dictionary_of_every_field(
    mast: Call, borough: ResearchTown, tmp_path: Path
) -> None:
    out = tmp_path / "files"
    code, said, err = mast("research", "export", "--out", out, "--as-of", DAY, *BY)
    assert code == 0, err
    assert sorted(each.name for each in out.iterdir()) == said["files"]
    end = evening(NOW.date().replace(month=10, day=31))
    found = kinds(
        spells(episodes(History(read_known(borough.store)), CutOff(end, FOREVER.replace(year=2999))))
    )
    common = {kind: count for kind, count in found.people.items() if count > 7}
    rows = pc.read_csv(out / "paths-spell.csv").to_pylist()
    assert rows == pq.read_table(out / "paths-spell.parquet").to_pylist()
    weights = {row["id"]: row["weight"] for row in rows}
    assert 1 <= len(weights) <= len(common)
    assert sum(weights.values()) == said["people"]["in_the_files"] < PEOPLE
    assert set(weights.values()) <= {(2 * count + 5) // 10 * 5 for count in common.values()}
    dictionary = json.loads((out / "datapackage.json").read_text("utf-8"))
    by_path = {
        each["path"]: {f["name"] for f in each["schema"]["fields"]} for each in dictionary["resources"]
    }
    assert set(by_path) == set(said["files"]) - {"datapackage.json"}
    for name in ("paths-mstate", "paths-spell"):
        assert by_path[f"{name}.csv"] == set(pc.read_csv(out / f"{name}.csv").column_names)
    assert nx.read_graphml(io.BytesIO((out / "follows.graphml").read_bytes())).number_of_nodes() >= 4
    assert dictionary["policy"]["name"] == "nhs"
    ids = set(borough.store.read("read.known_person_entities", after="", limit=9_999)[0]["entities"])
    text = b"".join(each.read_bytes() for each in out.iterdir() if each.suffix != ".parquet").decode()
    assert ids
    assert not any(each in text for each in ids)


def test_with_a_graph_that_was_set_back_nothing_leaves_until_somebody_accepts_it(
    mast: Call, borough: ResearchTown, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    code, _, err = mast("research", "export", "--out", tmp_path / "before", "--as-of", DAY, *BY)
    assert code == 0, err
    borough.store.define(
        "MATCH (l:ResearchLedger) MATCH (c:ResearchCohort {number: l.number}) "
        "DELETE c SET l.number = l.number - 1"
    )
    out = tmp_path / "after"
    code, _, err = mast("research", "export", "--out", out, "--as-of", DAY, *BY)
    assert (code, "MAST-355" in err, out.exists()) == (1, True, False), err
    code, said, err = mast("research", "accept-ledger", *BY)
    assert (code, said["forgotten"]) == (0, 1), err
    (accepted,) = audited("research-ledger-accepted", data(tmp_path_factory))
    assert (accepted["subject"], accepted["ledger"]) == ("custodian", said["remembered"])
    code, _, err = mast("research", "export", "--out", out, "--as-of", DAY, *BY)
    assert code == 0, err
    assert mast("research", "accept-ledger", *BY)[1]["forgotten"] == 0


def test_a_report_is_one_page_under_one_policy_and_on_record(
    mast: Call, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path / "report.html"
    code, said, err = mast("report", "--out", out, "--as-of", DAY, *BY)
    assert code == 0, err
    page = Page(out.read_bytes())
    assert [text for _, text in page.all("h2")] == [*said["sections"], "What is not shown"]
    text = "".join(text for _, text in page.all("main"))
    assert "nhs: counts of 1 to 7 are not shown, others rounded to 5" in text
    assert "Nothing is claimed: nobody entered anything." in text
    assert "council-children" in text
    marks = sum(cell == "*" for _, cell in page.all("td"))
    assert marks == said["not_shown"] > 0
    assert audited("research-report", data(tmp_path_factory))
    assert not out.with_name("second.html").exists()
    code, _, err = mast("report", "--out", out, "--as-of", "2025-06-30", *BY)
    assert code == 0, err
    text = out.read_text("utf-8")
    assert "Agreements let contacts be counted from 1 December 2023 on" in text
    assert "<td>not held whole</td>" in text


@pytest.mark.parametrize(
    ("command", "files"),
    [(("report",), {"report.html"}), (("research", "export"), {"datapackage.json", "follows.graphml"})],
)
def test_they_wait_for_somebody_else_where_it_is_asked_for(
    mast: Call, borough: ResearchTown, tmp_path: Path, command: tuple[str, ...], files: set[str]
) -> None:
    code, said, err = mast(*command, "--propose", "--as-of", DAY, *BY)
    assert code == 0, err
    kept = borough.store.read("read.research_release", id=said["id"])[0]["release"]
    assert (kept["proposed_by"], kept["digest"], kept["waiting"]) == ("custodian", said["digest"], True)
    assert files <= files_of(json.loads(kept["content"])).keys()
    code, _, err = mast(*command, "--propose", "--out", tmp_path / "both", *BY)
    assert (code, "not both" in err) == (2, True)


@pytest.mark.parametrize("command", [("report",), ("research", "export")])
@pytest.mark.parametrize(
    ("setting", "value", "refused"),
    [
        pytest.param("MAST_TWO_PERSON_RELEASE", "1", True, id="as it is set"),
        pytest.param("MAST_TOKEN_ISSUER", "https://id.example", True, id="with an issuer"),
        pytest.param("MAST_TWO_PERSON_RELEASE", "0", False, id="in development"),
    ],
)
def test_nobody_writes_figures_alone_where_two_people_release(
    mast: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    setting: str,
    value: str,
    refused: bool,
) -> None:
    monkeypatch.setenv(setting, value)
    monkeypatch.delenv("MAST_AS_AT") if "://" in value else None
    out = tmp_path / "out"
    code, _, err = mast(*command, "--out", out, "--as-of", DAY, *BY)
    assert (code != 0, out.exists()) == (refused, not refused), err
    assert ("have it approved (mast research decide)" in err) is refused
    if refused:
        code, said, err = mast(*command, "--propose", "--as-of", DAY, *BY)
        assert (code, "waits" in err or "id" in said) == (0, True), err


def acknowledged(store: Store, alert: str, at: dt.datetime | None) -> None:
    """An alert, and that somebody put their name to it."""
    store.define(f"MERGE (:Alert {{id: '{alert}'}})")
    if at:
        act_on_alert(store, alert, act=f"AA-{alert}", by="worker-1", disposition="useful", at=at)


def test_a_claim_is_counted_by_us_and_needs_a_published_price(
    mast: Call, borough: ResearchTown, tmp_path: Path
) -> None:
    claims = tmp_path / "claims.yaml"
    today = NOW.date()
    before = {
        "from": today.replace(year=2025, month=1, day=1),
        "until": today.replace(year=2025, month=10, day=1),
    }
    claim = {
        "title": "Fewer referrals", "contact_type": "CHILDREN_REFERRAL", "unit_cost": "of-the-tests",
        "from": today.replace(month=1, day=1), "until": today.replace(month=10, day=1),
        "action": {"reference": "alert AL-1", "what": "a visit", "logged": today.replace(year=2025)},
        "counterfactual": {"described": "the year before", **before},
    }  # fmt: skip
    acknowledged(borough.store, "AL-1", dt.datetime(2025, 11, 20, 9, tzinfo=dt.UTC))
    claims.write_text(yaml.safe_dump({"claims": [claim]}), "utf-8")
    out = tmp_path / "report.html"
    code, _, err = mast("report", "--out", out, "--as-of", DAY, "--claims", claims, *BY)
    assert code == 0, err
    assert "Nothing is claimed: there is no published unit cost for it." in out.read_text("utf-8")
    price = {
        "id": "of-the-tests", "contact_type": "CHILDREN_REFERRAL", "unit": "referrals", "pounds": 10,
        "price_year": 2020, "source": "made up for this test: nobody published it",
        "address": "https://example.invalid/", "published": NOW.date().replace(year=2021),
    }  # fmt: skip
    prices = tmp_path / "prices.yaml"
    prices.write_text(yaml.safe_dump({"unit_costs": [price]}), "utf-8")
    code, _, err = mast(
        "report", "--out", out, "--as-of", DAY, "--claims", claims, "--unit-costs", prices, *BY
    )
    assert code == 0, err
    text = out.read_text("utf-8")
    assert "fewer referrals" in text
    assert "in prices of 2020" in text
    assert "alert AL-1, logged 20 November 2025" in text
    cut = before | {"from": today.replace(year=2023, month=1, day=1)}
    claim["counterfactual"] = {"described": "the years before", **cut}
    claims.write_text(yaml.safe_dump({"claims": [claim]}), "utf-8")
    mast("report", "--out", out, "--as-of", DAY, "--claims", claims, "--unit-costs", prices, *BY)
    nothing = "Nothing is claimed: agreements let such contacts be counted from 1 December 2023 on"
    assert nothing in out.read_text("utf-8")
    for wrong in ([], [claim | {"colour": "red"}], [claim | {"from": "soon"}], "x", [3]):
        claims.write_text(yaml.safe_dump({"claims": wrong}), "utf-8")
        code, _, err = mast("report", "--out", out, "--as-of", DAY, "--claims", claims, *BY)
        assert (code == 0) == (wrong == [])
        assert wrong == [] or "MAST-106" in err


@pytest.mark.parametrize(
    ("reference", "at"),
    [
        pytest.param("alert AL-none", None, id="there is no such alert"),
        pytest.param("alert AL-2", None, id="nobody put their name to it"),
        pytest.param("audit 17", None, id="that somebody asked is no action"),
    ],
)
def test_an_action_that_is_in_no_log_avoided_nothing(
    borough: ResearchTown, reference: str, at: dt.datetime | None
) -> None:
    if reference.endswith("2"):
        acknowledged(borough.store, "AL-2", at)
    assert logged(borough.store, reference) is None


def test_an_action_counts_from_when_somebody_first_put_their_name_to_an_alert(borough: ResearchTown) -> None:
    at = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    acknowledged(borough.store, "AL-3", at)
    act_on_alert(borough.store, "AL-3", act="AA-2", by="worker-2", disposition="known", at=at.replace(day=9))
    assert logged(borough.store, "alert AL-3") == at
    borough.store.define(
        "MATCH (alert:Alert {id: 'AL-3'}) "
        "CREATE (:Contact {version: 'hidden', shielded: true})-[:GROUNDS]->(alert)"
    )
    assert logged(borough.store, "alert AL-3") is None


PERIODS = ("--from", "2024-06-01", "--split", "2025-08-31", "--every", "28", "--as-of", DAY)
EVALUATE = ("research", "evaluate", "level-3", *PERIODS, "--reaches", "3", "--capacity", "20",
            "--variable", "contacts in a quarter")  # fmt: skip


def test_an_evaluation_is_of_groups_is_registered_and_stands_in_the_report(
    mast: Call, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    code, said, err = mast(*EVALUATE, "--as-happened", *BY)
    assert code == 0, err
    assert said["file"] == "level-3.1.yaml"
    entry = yaml.safe_load((data(tmp_path_factory) / "evaluations" / said["file"]).read_text("utf-8"))
    assert entry["as_happened"] is True
    assert entry["figures"] == said["figures"]
    assert {each["model"] for each in entry["figures"]["models"]} == {"discrete-time hazard", "Cox"}
    code, said, _ = mast("research", "registry")
    assert [each["name"] for each in said["evaluations"]] == ["level-3"]
    out = tmp_path / "report.html"
    code, said, err = mast("report", "--out", out, "--as-of", DAY, *BY)
    assert code == 0, err
    assert "Would it have been foreseen? (level-3, version 1)" in said["sections"]
    assert "the figures are better than they would have been" in out.read_text("utf-8")
    assert audited("research-evaluation", data(tmp_path_factory))


@pytest.mark.parametrize(
    "near", [("--split", "2025-08-30"), ("--capacity", "21"), ("--every", "29")], ids=lambda each: each[0]
)
def test_an_evaluation_that_differs_by_a_day_or_by_one_is_refused(mast: Call, near: tuple[str, str]) -> None:
    code, _, _ = mast(*EVALUATE, *near, "--as-happened", *BY)
    assert code == 2


def test_as_it_was_recorded_nothing_was_known_before_it_was_loaded(mast: Call) -> None:
    code, _, err = mast(*EVALUATE, *BY)
    assert code == 1
    assert "MAST-360" in err


def test_what_is_near_to_a_release_but_not_the_same_is_refused_before_anything_is_written(
    mast: Call, borough: ResearchTown, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    code, _, err = mast("report", "--out", first, "--as-of", DAY, *BY)
    assert code == 0, err
    other = dt.date(2026, 6, 30)
    known = episodes(History(read_known(borough.store)), CutOff(evening(other), FOREVER.replace(year=2999)))
    all_but_three = dict(sorted(paths(known).items())[3:])
    keys = KeyRing.read(data(tmp_path_factory) / "development-key.json")
    LedgerKeeper(borough.store, keys, clock=lambda: NOW, on_record=lambda: 0).admit(
        "another", {"x": all_but_three}, policy("nhs")
    )
    code, _, err = mast("report", "--out", second, "--as-of", other, *BY)
    assert code == 1
    assert "MAST-350" in err
    assert not second.exists()
    code, _, err = mast("report", "--out", second, "--as-of", DAY, "--policy", "opensafely", *BY)
    assert code == 1
    assert "MAST-351" in err
    assert not second.exists()


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (("--as-of", "2999-01-31"), 2, "not over"),
        (("--as-of", "2026-09-29"), 2, "no end of a month"),
        (("--policy", "nsh"), 1, "did you mean nhs?"),
        (("--policy", "sac"), 2, "shows more"),
        (("--unit-costs", __file__), 2, "MAST-106"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_written(
    mast: Call, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, says: str
) -> None:
    out = tmp_path / "report.html"
    code, _, err = mast("report", "--out", out, *arguments, *BY)
    assert (code, says in err) == (exit_code, True), err
    assert not out.exists()


def test_files_are_never_put_among_others(mast: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    code, _, err = mast("research", "export", "--out", tmp_path, "--as-of", DAY, *BY)
    assert code == 2
    assert "not empty" in err
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
